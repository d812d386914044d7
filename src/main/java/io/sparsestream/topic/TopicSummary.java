package io.sparsestream.topic;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * A topic at a glance.
 *
 * @param replication copies of each record
 * @param records offsets from its beginning to its end: of records that were written in transactions, each transaction's end counts
 *     as one more, and those that compaction has removed count, too
 */
public record TopicSummary(String name, int partitions, int replication, long records) {
    /** All topics but Kafka's own, by name. */
    public static List<TopicSummary> all(Map<String, Object> kafka) throws ExecutionException, InterruptedException {
        return BrokerQuestion.ask(kafka, admin -> {
            Collection<TopicDescription> topics =
                    TopicSetup.describe(admin, admin.listTopics().names().get()).values();
            List<TopicPartition> partitions = topics.stream()
                    .flatMap(topic -> topic.partitions().stream()
                            .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                    .toList();
            Map<TopicPartition, Long> ends = offsets(admin, partitions, OffsetSpec.latest());
            Map<TopicPartition, Long> beginnings = offsets(admin, partitions, OffsetSpec.earliest());
            Map<String, Long> records = new HashMap<>();
            ends.forEach((partition, end) ->
                    records.merge(partition.topic(), end - beginnings.getOrDefault(partition, end), Long::sum));
            return topics.stream()
                    .map(topic -> new TopicSummary(
                            topic.name(),
                            topic.partitions().size(),
                            topic.partitions().get(0).replicas().size(),
                            records.getOrDefault(topic.name(), 0L)))
                    .sorted(Comparator.comparing(TopicSummary::name))
                    .toList();
        });
    }

    /** Of those partitions that are there: a topic may be deleted at any time. */
    static Map<TopicPartition, Long> offsets(Admin admin, Collection<TopicPartition> partitions, OffsetSpec which)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        partitions.forEach(partition -> wanted.put(partition, which));
        ListOffsetsResult result = admin.listOffsets(wanted);
        Map<TopicPartition, Long> offsets = new HashMap<>();
        for (TopicPartition partition : wanted.keySet()) {
            try {
                offsets.put(partition, result.partitionResult(partition).get().offset());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
        }
        return offsets;
    }
}
