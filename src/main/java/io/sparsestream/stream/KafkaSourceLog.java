package io.sparsestream.stream;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the source topic by a plain consumer that never joins the group. */
final class KafkaSourceLog implements SourceLog {
    private static final Duration POLL = Duration.ofMillis(500);

    private final Map<String, Object> config;

    /** @param group whose committed offset ends the gap */
    KafkaSourceLog(Map<String, Object> kafka, String group) {
        config = new HashMap<>(kafka);
        config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // Also makes committed() wait for the end of a transaction that a dead predecessor left open.
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    }

    @Override
    public OptionalLong committed(TopicPartition partition) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            OffsetAndMetadata committed = consumer.committed(Set.of(partition)).get(partition);
            return committed == null || InitialOffset.is(committed)
                    ? OptionalLong.empty()
                    : OptionalLong.of(committed.offset());
        }
    }

    @Override
    public long beginning(TopicPartition partition) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            return consumer.beginningOffsets(Set.of(partition)).get(partition);
        }
    }

    @Override
    public void read(TopicPartition partition, long from, long to, Consumer<ConsumerRecord<byte[], byte[]>> records) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, from);
            // Offsets have gaps, such as transaction markers: the position tells the end, not the records.
            while (consumer.position(partition) < to) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (record.offset() < to) {
                        records.accept(record);
                    }
                }
            }
        } catch (OffsetOutOfRangeException e) {
            throw new TrainerException(
                    "retention deletes the records of " + partition + " between offset " + from + " and " + to
                            + " while they are read: raise the topic's retention, and start again",
                    e);
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
