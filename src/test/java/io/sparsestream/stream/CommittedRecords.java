package io.sparsestream.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** All committed records of a topic's partition, as a read_committed consumer sees them. */
public final class CommittedRecords {
    private static final Duration POLL = Duration.ofMillis(200);

    private CommittedRecords() {}

    /** Of a topic that has one. */
    public static List<ConsumerRecord<byte[], byte[]>> of(Map<String, Object> kafka, String topic) {
        return of(kafka, new TopicPartition(topic, 0));
    }

    public static List<ConsumerRecord<byte[], byte[]>> of(Map<String, Object> kafka, TopicPartition partition) {
        Map<String, Object> config = new HashMap<>(kafka);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                consumer.poll(POLL).forEach(records::add);
            }
        }
        return records;
    }
}
