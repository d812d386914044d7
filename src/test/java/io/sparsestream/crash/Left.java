package io.sparsestream.crash;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparsestream.message.Json;
import io.sparsestream.support.CommittedRecords;
import io.sparsestream.topic.Topics;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * What a model leaves on its topics.
 *
 * @param activations answers included
 * @param checkpoint the newest alone, manifest and arrays by name
 * @param published manifest and arrays by name
 * @param units what activates each, by the record's key
 * @param deadLetters how many
 */
record Left(
        List<ConsumerRecord<byte[], byte[]>> reconstructions,
        List<JsonNode> activations,
        Map<String, byte[]> checkpoint,
        Map<String, byte[]> published,
        Map<String, byte[]> units,
        int deadLetters) {
    static Left by(Map<String, Object> kafka, Topics model) {
        return new Left(
                CommittedRecords.of(kafka, model.reconstructions()),
                CommittedRecords.of(kafka, model.activations()).stream()
                        .map(record -> Json.tree(record.value()))
                        .toList(),
                NewestCheckpoint.of(kafka, model.applicationId(), 0),
                NewestCheckpoint.latest(kafka, new TopicPartition(model.parameters(), 0)),
                NewestCheckpoint.latest(kafka, new TopicPartition(model.units(), 0)),
                CommittedRecords.of(kafka, model.deadLetters()).size());
    }
}
