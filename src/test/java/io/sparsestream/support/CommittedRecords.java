package io.sparsestream.support;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** All committed records of a topic's partition, as a read_committed consumer sees them. */
public final class CommittedRecords {
    private CommittedRecords() {}

    /** Of a topic that has one. */
    public static List<ConsumerRecord<byte[], byte[]>> of(Map<String, Object> kafka, String topic) {
        return of(kafka, new TopicPartition(topic, 0));
    }

    public static List<ConsumerRecord<byte[], byte[]>> of(Map<String, Object> kafka, TopicPartition partition) {
        try (Tail tail = new Tail(kafka, partition)) {
            return tail.records();
        }
    }
}
