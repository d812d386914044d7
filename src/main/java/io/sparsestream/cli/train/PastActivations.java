package io.sparsestream.cli.train;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparsestream.message.Activations;
import io.sparsestream.message.Json;
import io.sparsestream.topic.Consumers;
import io.sparsestream.web.Recalled;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** What a model has said of its activations and losses, on its topic of these, of late. */
final class PastActivations {
    private static final Duration POLL = Duration.ofMillis(200);

    /** Records that are read, at most: of every tenth step by default. */
    private static final long MOST = 4_000;

    private PastActivations() {}

    /**
     * Reads up to the end that the topic has now; what was undone by a rollback or a reset is left out, and so is what one
     * of several replicas has said.
     *
     * @param closed ends the reading early
     */
    static List<Recalled> read(Map<String, Object> kafka, String topic, AtomicBoolean closed) {
        TreeMap<Long, Recalled> said = new TreeMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer = Consumers.committed(kafka)) {
            TopicPartition partition = new TopicPartition(topic, 0);
            List<TopicPartition> partitions = List.of(partition);
            consumer.assign(partitions);
            long end = consumer.endOffsets(partitions).get(partition);
            long begin = consumer.beginningOffsets(partitions).get(partition);
            consumer.seek(partition, Math.max(begin, end - MOST));
            while (!closed.get() && consumer.position(partition) < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    add(record.value(), said);
                }
            }
        }
        return List.copyOf(said.values());
    }

    private static void add(byte[] json, TreeMap<Long, Recalled> said) {
        try {
            addSaid(json, said);
        } catch (IllegalArgumentException e) {
            return; // whatever it is, no model has said it
        }
    }

    private static void addSaid(byte[] json, TreeMap<Long, Recalled> said) {
        JsonNode tree = Json.tree(json);
        if (tree.has("loss") && !tree.has("replica")) { // else an answer to a control record
            Recalled recalled = Recalled.of(Json.read(json, Activations.class)); // at once: there may be many units
            said.tailMap(recalled.step(), true).clear();
            said.put(recalled.step(), recalled);
        }
    }
}
