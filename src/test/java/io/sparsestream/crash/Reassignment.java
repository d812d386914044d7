package io.sparsestream.crash;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.ElectionNotNeededException;

/** Moves the replicas of all partitions, Kafka's own included. */
final class Reassignment {
    private Reassignment() {}

    /**
     * Gives each partition so many replicas, drawn for each, and lets the first of them lead.
     *
     * @param replicas no more than there are brokers
     */
    static void draw(Admin admin, Random random, int replicas) throws Exception {
        List<Integer> brokers = new ArrayList<>(admin.describeCluster().nodes().get().stream()
                .map(Node::id)
                .sorted()
                .toList());
        Map<TopicPartition, Optional<NewPartitionReassignment>> all = new HashMap<>();
        Set<String> topics = admin.listTopics(new ListTopicsOptions().listInternal(true))
                .names()
                .get();
        for (TopicDescription topic :
                admin.describeTopics(topics).allTopicNames().get().values()) {
            for (TopicPartitionInfo partition : topic.partitions()) {
                Collections.shuffle(brokers, random);
                all.put(
                        new TopicPartition(topic.name(), partition.partition()),
                        Optional.of(new NewPartitionReassignment(List.copyOf(brokers.subList(0, replicas)))));
            }
        }
        admin.alterPartitionReassignments(all).all().get();
    }

    /** Whether none is under way any more. */
    static boolean isDone(Admin admin) throws Exception {
        return admin.listPartitionReassignments().reassignments().get().isEmpty();
    }

    /** Lets the first replica of each partition lead. */
    static void lead(Admin admin) throws Exception {
        try {
            admin.electLeaders(ElectionType.PREFERRED, null).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof ElectionNotNeededException)) {
                throw e;
            }
        }
    }
}
