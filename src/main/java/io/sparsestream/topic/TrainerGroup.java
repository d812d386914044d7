package io.sparsestream.topic;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;

/**
 * How far the trainers of one model have come, by what their consumer group has committed.
 *
 * @param topics of the model
 * @param committed offset behind what has been read of each partition; without those that nothing has been committed of, or
 *     whose offset the broker has forgotten
 */
public record TrainerGroup(Topics topics, Map<TopicPartition, Long> committed) {
    public static TrainerGroup read(Admin admin, Topics topics) throws ExecutionException, InterruptedException {
        return new TrainerGroup(
                topics,
                admin
                        .listConsumerGroupOffsets(topics.applicationId())
                        .partitionsToOffsetAndMetadata()
                        .get()
                        .entrySet()
                        .stream()
                        .filter(entry -> entry.getValue() != null)
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, entry -> entry.getValue().offset())));
    }

    /** The topics that the model learns from: one, or none before a trainer has started. */
    public Set<String> inputs() {
        Set<String> inputs = new TreeSet<>();
        committed.keySet().forEach(partition -> inputs.add(partition.topic()));
        inputs.removeAll(Set.of(Topics.CONTROL, topics.updates(), topics.globals()));
        return inputs;
    }

    /** Offsets that it has come past in the partitions of its input. */
    long position() {
        Set<String> inputs = inputs();
        return committed.entrySet().stream()
                .filter(entry -> inputs.contains(entry.getKey().topic()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}
