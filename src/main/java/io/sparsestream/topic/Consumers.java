package io.sparsestream.topic;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Consumers that read what is committed, as bytes. None of them creates a topic by asking for it. */
public final class Consumers {
    private Consumers() {}

    /** @param kafka client properties, the bootstrap servers included */
    public static KafkaConsumer<byte[], byte[]> committed(Map<String, Object> kafka) {
        return committed(kafka, Map.of());
    }

    /** @param more which come before those of {@code kafka} */
    public static KafkaConsumer<byte[], byte[]> committed(Map<String, Object> kafka, Map<String, Object> more) {
        Map<String, Object> config = new HashMap<>(kafka);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.putAll(more);
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
