package io.sparsestream.cli;

import io.sparsestream.message.Header;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Counts a model's committed reconstructions as a downstream consumer sees them, from the topic's present end on. */
final class ReconstructionCount implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread thread;
    private volatile long count;
    private final Map<String, Long> ends = new ConcurrentHashMap<>(); // by source partition
    private volatile boolean closed;

    ReconstructionCount(Map<String, Object> kafka, String topic) {
        Map<String, Object> config = new HashMap<>(kafka);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        // Seldom and much, for which the demo's end may wait half a second longer.
        config.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1024 * 1024);
        consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partition = List.of(new TopicPartition(topic, 0));
        consumer.assign(partition);
        consumer.seekToEnd(partition);
        consumer.position(partition.get(0)); // looks the end up now, before training goes on
        thread = new Thread(this::run, "count-" + topic);
        thread.start();
    }

    private void run() {
        while (!closed) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                String source = Header.text(record.headers(), Header.SOURCE);
                int at = source.lastIndexOf('@');
                ends.put(source.substring(0, at), Long.parseLong(source.substring(at + 1)) + 1);
                count++;
            }
        }
    }

    long count() {
        return count;
    }

    /** Images of the topic, from its beginning on, up to those of each partition whose reconstructions came last. */
    long end() {
        return ends.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Whether counting has ended, though nobody has closed it. */
    boolean hasFailed() {
        return !closed && !thread.isAlive();
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
        consumer.close();
    }
}
