package io.sparsestream.topic;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Where a new model begins, committed before the trainer starts: at the first image that there is. So the trainer never
 * needs a consumer that jumps to the beginning by itself, which it would also do, without a word, where retention has
 * deleted images that were still to be trained on.
 */
public final class InitialOffset {
    private static final long KNOWN_WITHIN_SECONDS = 30;
    private static final long LEFT_WITHIN_SECONDS = 60;
    private static final long RETRY_MILLIS = 100;

    private InitialOffset() {}

    /** Commits those that the group has not committed before. */
    public static void commit(Map<String, Object> kafka, String group, Map<TopicPartition, OffsetSpec> beginnings)
            throws ExecutionException, InterruptedException {
        BrokerQuestion.ask(kafka, admin -> {
            Map<TopicPartition, OffsetSpec> missing = new HashMap<>(beginnings);
            missing.keySet().removeAll(committed(admin, group));
            Map<TopicPartition, OffsetAndMetadata> first = new HashMap<>();
            offsets(admin, missing)
                    .forEach((partition, found) -> first.put(partition, new OffsetAndMetadata(found.offset())));
            if (!first.isEmpty()) {
                commit(admin, group, first);
            }
            return first;
        });
    }

    /**
     * Refused while the group has members: another instance of the same model has just been quicker, or a killed one counts as
     * alive until its session ends.
     */
    private static void commit(Admin admin, String group, Map<TopicPartition, OffsetAndMetadata> first)
            throws ExecutionException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LEFT_WITHIN_SECONDS);
        while (true) {
            try {
                admin.alterConsumerGroupOffsets(group, first).all().get();
                return;
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownMemberIdException)) {
                    throw e;
                }
                if (committed(admin, group).containsAll(first.keySet())) {
                    return;
                }
                if (System.nanoTime() > end) {
                    throw e;
                }
                Thread.sleep(RETRY_MILLIS);
            }
        }
    }

    /** A topic that has just been created may be unknown for some time to the broker that is asked. */
    private static Map<TopicPartition, ListOffsetsResultInfo> offsets(
            Admin admin, Map<TopicPartition, OffsetSpec> partitions) throws ExecutionException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(KNOWN_WITHIN_SECONDS);
        while (true) {
            try {
                return admin.listOffsets(partitions).all().get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException) || System.nanoTime() > end) {
                    throw e;
                }
                Thread.sleep(RETRY_MILLIS);
            }
        }
    }

    private static Set<TopicPartition> committed(Admin admin, String group)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>(admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get());
        offsets.values().removeIf(offset -> offset == null);
        return offsets.keySet();
    }

    /** Whether an offset is the one committed here: Kafka Streams' own carry metadata, its partition time. */
    static boolean is(OffsetAndMetadata offset) {
        return offset.metadata().isEmpty();
    }
}
