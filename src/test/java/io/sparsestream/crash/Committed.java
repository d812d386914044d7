package io.sparsestream.crash;

import io.sparsestream.topic.Topics;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** How far a model is, by Kafka's word. */
final class Committed {
    private Committed() {}

    /** Images of so many partitions that its trainers have committed. */
    static long images(Admin admin, Topics model, int partitions) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> offsets = admin.listConsumerGroupOffsets(model.applicationId())
                .partitionsToOffsetAndMetadata()
                .get();
        long sum = 0;
        for (int partition = 0; partition < partitions; partition++) {
            OffsetAndMetadata offset = offsets.get(new TopicPartition(Topics.IMAGES, partition));
            sum += offset == null ? 0 : offset.offset();
        }
        return sum;
    }
}
