package io.sparsestream.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparsestream.message.Json;
import io.sparsestream.topic.Consumers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** What a model said in earlier runs of its total loss, on its topic of activations. */
final class PastLosses {
    private static final Duration POLL = Duration.ofMillis(200);

    private PastLosses() {}

    /** By step; what was undone by a rollback or a reset is left out. */
    static TreeMap<Long, Double> read(Map<String, Object> kafka, String topic) {
        TreeMap<Long, Double> losses = new TreeMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer = Consumers.committed(kafka)) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    add(record.value(), losses);
                }
            }
        }
        return losses;
    }

    private static void add(byte[] value, TreeMap<Long, Double> losses) {
        JsonNode json;
        try {
            json = Json.tree(value);
        } catch (IllegalArgumentException e) {
            return; // whatever it is, no model has said it
        }
        if (json.has("loss") && json.has("step")) { // else an answer to a control record
            long step = json.get("step").asLong();
            losses.tailMap(step, true).clear();
            losses.put(step, json.at("/loss/total").asDouble());
        }
    }
}
