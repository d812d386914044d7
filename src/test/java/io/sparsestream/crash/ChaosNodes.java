package io.sparsestream.crash;

import java.util.List;
import java.util.stream.Stream;

/** What a chaos run consists of. */
record ChaosNodes(Network network, Cluster cluster, List<Node> brokers, List<Node> trainers) {
    List<Node> all() {
        return Stream.concat(brokers.stream(), trainers.stream()).toList();
    }

    int controllerPort(Node broker) {
        return cluster.controllerPort(brokers.indexOf(broker));
    }
}
