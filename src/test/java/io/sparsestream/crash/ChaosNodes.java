package io.sparsestream.crash;

import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;

/** What a chaos run consists of. */
record ChaosNodes(Network network, Cluster cluster, Admin admin, List<Node> brokers, List<Node> trainers) {
    List<Node> all() {
        return Stream.concat(brokers.stream(), trainers.stream()).toList();
    }

    int controllerPort(Node broker) {
        return cluster.controllerPort(brokers.indexOf(broker));
    }

    boolean areInSync() throws Exception {
        return cluster.areInSync(admin);
    }
}
