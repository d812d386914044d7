package io.sparsestream.stream;

import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownMemberIdException;

/**
 * Where a new model begins: at the first image that there is, committed before the trainer starts. So the trainer never
 * needs a consumer that jumps to the beginning by itself, which it would also do, without a word, where retention has
 * deleted images that were still to be trained on.
 */
final class InitialOffset {
    private InitialOffset() {}

    /** Commits it, unless the group has committed before. */
    static void commit(Map<String, Object> kafka, String group, TopicPartition partition)
            throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(kafka)) {
            if (isCommitted(admin, group, partition)) {
                return;
            }
            long first = admin.listOffsets(Map.of(partition, OffsetSpec.earliest()))
                    .partitionResult(partition)
                    .get()
                    .offset();
            try {
                admin.alterConsumerGroupOffsets(group, Map.of(partition, new OffsetAndMetadata(first)))
                        .all()
                        .get();
            } catch (ExecutionException e) {
                // Refused while the group has members: another instance of the same model has just been quicker.
                if (!(e.getCause() instanceof UnknownMemberIdException) || !isCommitted(admin, group, partition)) {
                    throw e;
                }
            }
        }
    }

    private static boolean isCommitted(Admin admin, String group, TopicPartition partition)
            throws ExecutionException, InterruptedException {
        return admin.listConsumerGroupOffsets(group)
                        .partitionsToOffsetAndMetadata()
                        .get()
                        .get(partition)
                != null;
    }

    /** Whether an offset is the one committed here: Kafka Streams' own carry metadata, its partition time. */
    static boolean is(OffsetAndMetadata offset) {
        return offset.metadata().isEmpty();
    }
}
