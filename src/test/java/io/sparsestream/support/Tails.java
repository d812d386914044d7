package io.sparsestream.support;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** A {@link Tail} for each partition that is asked for. */
public final class Tails implements AutoCloseable {
    private final Map<String, Object> kafka;
    private final Map<TopicPartition, Tail> tails = new HashMap<>();

    public Tails(Map<String, Object> kafka) {
        this.kafka = kafka;
    }

    /** All committed records of a topic's only partition, as a view that grows. */
    public List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        return records(new TopicPartition(topic, 0));
    }

    /** All committed records of a partition, as a view that grows. */
    public List<ConsumerRecord<byte[], byte[]>> records(TopicPartition partition) {
        return tails.computeIfAbsent(partition, each -> new Tail(kafka, each)).records();
    }

    @Override
    public void close() {
        tails.values().forEach(Tail::close);
    }
}
