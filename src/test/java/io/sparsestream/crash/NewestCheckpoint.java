package io.sparsestream.crash;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparsestream.message.Json;
import io.sparsestream.support.CommittedRecords;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** What the checkpoint topic has of a task. */
public final class NewestCheckpoint {
    private NewestCheckpoint() {}

    /**
     * The newest checkpoint alone, manifest and arrays by name, without its number: when the older ones were due depends
     * on the clock.
     */
    public static Map<String, byte[]> of(Map<String, Object> kafka, String applicationId, int partition) {
        return in(CommittedRecords.of(kafka, partition(applicationId, partition)));
    }

    /** Where the checkpoints of a task are. */
    static TopicPartition partition(String applicationId, int partition) {
        return new TopicPartition(applicationId + "-checkpoint-changelog", partition);
    }

    /** The same in what was read from there. */
    static Map<String, byte[]> in(List<ConsumerRecord<byte[], byte[]>> records) {
        Map<String, byte[]> all = latest(records);
        JsonNode kept = Json.tree(all.get("manifest")).at("/steering/kept");
        String prefix = kept.get(kept.size() - 1).get("number").asLong() + "/";
        Map<String, byte[]> newest = new TreeMap<>();
        all.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                newest.put(key.substring(prefix.length()), value);
            }
        });
        return newest;
    }

    /** The newest value of every key of a compacted topic. */
    static Map<String, byte[]> latest(Map<String, Object> kafka, TopicPartition partition) {
        return latest(CommittedRecords.of(kafka, partition));
    }

    static Map<String, byte[]> latest(List<ConsumerRecord<byte[], byte[]>> records) {
        Map<String, byte[]> latest = new TreeMap<>();
        records.forEach(record -> latest.put(new String(record.key(), StandardCharsets.UTF_8), record.value()));
        return latest;
    }
}
