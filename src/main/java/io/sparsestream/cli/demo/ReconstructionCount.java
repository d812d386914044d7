package io.sparsestream.cli.demo;

import io.sparsestream.message.HeaderName;
import io.sparsestream.topic.Consumers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Counts a model's committed reconstructions as a downstream consumer sees them, from the topic's present end on, and knows
 * how far into the images those go, the earlier ones included.
 */
final class ReconstructionCount implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long LOOK_BACK = 10_000; // offsets, at first

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread thread;
    private final long start;
    private volatile long count;
    private final Map<String, Long> ends = new ConcurrentHashMap<>(); // by source partition
    private volatile boolean closed;

    /** @param partitions of the images topic */
    ReconstructionCount(Map<String, Object> kafka, String topic, int partitions) {
        // Seldom and much, for which the demo's end may wait half a second longer.
        consumer = Consumers.committed(kafka, Map.of(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1024 * 1024));
        TopicPartition partition = new TopicPartition(topic, 0);
        consumer.assign(List.of(partition));
        readBack(partition, partitions);
        start = end();
        thread = new Thread(this::run, "count-" + topic);
        thread.start();
    }

    /** Leaves the consumer at the topic's end, and has looked at the newest reconstructions of each partition. */
    private void readBack(TopicPartition partition, int partitions) {
        long beginning = consumer.beginningOffsets(List.of(partition)).get(partition);
        long end = consumer.endOffsets(List.of(partition)).get(partition);
        long from = end;
        for (long back = LOOK_BACK; ends.size() < partitions && from > beginning; back *= 10) {
            from = Math.max(beginning, end - back);
            consumer.seek(partition, from);
            while (consumer.position(partition) < end) {
                consumer.poll(POLL).forEach(this::note);
            }
        }
        consumer.seek(partition, end);
    }

    private void run() {
        while (!closed) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                note(record);
                count++;
            }
        }
    }

    private void note(ConsumerRecord<byte[], byte[]> record) {
        String source = HeaderName.text(record.headers(), HeaderName.SOURCE);
        if (source != null && source.matches(".+@[0-9]{1,18}")) {
            int at = source.lastIndexOf('@');
            ends.merge(source.substring(0, at), Long.parseLong(source.substring(at + 1)) + 1, Math::max);
        }
    }

    long count() {
        return count;
    }

    /** What {@link #end} was at first. */
    long start() {
        return start;
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
