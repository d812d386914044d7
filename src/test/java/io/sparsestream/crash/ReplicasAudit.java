package io.sparsestream.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.Json;
import io.sparsestream.support.CommittedRecords;
import io.sparsestream.support.Tails;
import io.sparsestream.topic.ModelTopic;
import io.sparsestream.topic.Topics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * What the replicas of a model, or a model of one partition, have left on its topics, beside what they should have, and beside
 * an undisturbed run.
 */
final class ReplicasAudit {
    private static final String MANIFEST = "manifest";

    private final Map<String, Object> kafka;
    private final int partitions;
    private final int images;
    private final int batch;
    private final Likeness likeness;
    private final List<String> violations = new ArrayList<>();

    /**
     * Of runs of this version.
     *
     * @param images of each partition of the images topic, all valid, at offsets 0 and up
     * @param batch images of a mini-batch
     */
    ReplicasAudit(Map<String, Object> kafka, int partitions, int images, int batch) {
        this(kafka, partitions, images, batch, Likeness.ALL);
    }

    /** @param likeness of the disturbed run to the undisturbed one */
    ReplicasAudit(Map<String, Object> kafka, int partitions, int images, int batch, Likeness likeness) {
        this.kafka = kafka;
        this.partitions = partitions;
        this.images = images;
        this.batch = batch;
        this.likeness = likeness;
    }

    /**
     * Whether all has been trained, stored and published that will be.
     *
     * @param synchronous whether what is published is of whole rounds alone
     */
    boolean isSettled(Tails tails, Topics model, boolean synchronous) {
        int steps = synchronous ? images / batch / Plan.STEPS_OF_ROUND * Plan.STEPS_OF_ROUND : images / batch;
        return isStored(tails, model)
                && ModelTopic.read(kafka, model.model()).manifest().images() == (long) partitions * steps * batch;
    }

    private boolean isStored(Tails tails, Topics model) {
        for (int partition = 0; partition < partitions; partition++) {
            TopicPartition checkpoints = NewestCheckpoint.partition(model.applicationId(), partition);
            JsonNode manifest =
                    Json.tree(NewestCheckpoint.in(tails.records(checkpoints)).get(MANIFEST));
            if (manifest.get("nextOffset").asLong() != images / batch * batch
                    || manifest.at("/replica/waiting").asBoolean()) {
                return false;
            }
        }
        return true;
    }

    /** Each image once reconstructed and once trained, wherever and in whatever order. */
    List<String> counted(Topics model, boolean allPublished) {
        Map<String, ConsumerRecord<byte[], byte[]>> found = reconstructions(model);
        expect("different reconstructions", partitions * images, found.size());
        for (int partition = 0; partition < partitions; partition++) {
            for (int offset = 0; offset < images; offset++) {
                String source = HeaderName.source(Topics.IMAGES, partition, offset);
                if (!found.containsKey(source)) {
                    violations.add("image " + source + " has no reconstruction");
                }
            }
        }
        long trained = 0;
        for (int partition = 0; partition < partitions; partition++) {
            trained += Json.tree(checkpoint(model, partition).get(MANIFEST))
                    .get("images")
                    .asLong();
        }
        expect("images trained by all replicas", (long) partitions * (images / batch * batch), trained);
        if (allPublished) {
            expect(
                    "images of the published model",
                    trained,
                    ModelTopic.read(kafka, model.model()).manifest().images());
        }
        expect(
                "dead letters",
                0,
                CommittedRecords.of(kafka, model.deadLetters()).size());
        return violations;
    }

    /** Byte for byte as in the undisturbed run, but for the order in which the replicas' records stand. */
    List<String> identical(Topics disturbed, Topics undisturbed) {
        Map<String, ConsumerRecord<byte[], byte[]>> found = reconstructions(disturbed);
        reconstructions(undisturbed).forEach((source, expected) -> same(source, expected, found.get(source)));
        Map<String, JsonNode> told = activations(disturbed);
        requireNames("activations", activations(undisturbed), told);
        activations(undisturbed).forEach((at, json) -> same("activations of " + at, json, told.getOrDefault(at, json)));
        for (int partition = 0; partition < partitions; partition++) {
            compare(
                    "checkpoint of replica " + partition,
                    checkpoint(undisturbed, partition),
                    checkpoint(disturbed, partition));
        }
        if (partitions > 1) {
            compare("averager", rounds(undisturbed), rounds(disturbed));
        }
        compare("published model", latest(undisturbed.parameters()), latest(disturbed.parameters()));
        return violations;
    }

    private void same(String source, ConsumerRecord<byte[], byte[]> expected, ConsumerRecord<byte[], byte[]> found) {
        if (found == null
                || !Arrays.equals(expected.key(), found.key())
                || !Arrays.equals(expected.value(), found.value())
                || !likeness.isIn(headers(expected), headers(found))) {
            violations.add("reconstruction of " + source + " is not that of the undisturbed run");
        }
    }

    private static List<Header> headers(ConsumerRecord<byte[], byte[]> record) {
        RecordHeaders headers = new RecordHeaders(record.headers());
        headers.remove(HeaderName.MODEL);
        return List.of(headers.toArray());
    }

    private Map<String, ConsumerRecord<byte[], byte[]>> reconstructions(Topics model) {
        Map<String, ConsumerRecord<byte[], byte[]>> bySource = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : CommittedRecords.of(kafka, model.reconstructions())) {
            String source = HeaderName.text(record.headers(), HeaderName.SOURCE);
            if (bySource.put(source, record) != null) {
                violations.add(source + " was reconstructed twice");
            }
        }
        return bySource;
    }

    private Map<String, JsonNode> activations(Topics model) {
        Map<String, JsonNode> byStep = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : CommittedRecords.of(kafka, model.activations())) {
            JsonNode json = Json.tree(record.value());
            String at = json.get("replica") + "/" + json.get("step");
            if (byStep.put(at, nameless(json)) != null) {
                violations.add("activations of " + at + " came twice");
            }
        }
        return byStep;
    }

    private Map<String, byte[]> checkpoint(Topics model, int partition) {
        return NewestCheckpoint.of(kafka, model.applicationId(), partition);
    }

    private Map<String, byte[]> rounds(Topics model) {
        return latest(model.applicationId() + "-rounds-changelog");
    }

    private Map<String, byte[]> latest(String topic) {
        return NewestCheckpoint.latest(kafka, new TopicPartition(topic, 0));
    }

    private void compare(String what, Map<String, byte[]> expected, Map<String, byte[]> found) {
        requireNames(what, expected, found);
        expected.forEach((name, value) -> {
            byte[] other = found.getOrDefault(name, value); // the names are compared above
            if (name.equals(MANIFEST)) {
                same(what + ": " + name, nameless(Json.tree(value)), nameless(Json.tree(other)));
            } else if (likeness.isOf(name) && !Arrays.equals(value, other)) {
                violations.add(what + ": " + name + " is not that of the undisturbed run");
            }
        });
    }

    private void requireNames(String what, Map<String, ?> expected, Map<String, ?> found) {
        if (!likeness.isIn(expected.keySet(), found.keySet())) {
            violations.add(what + ", records: " + found.keySet() + " instead of " + expected.keySet());
        }
    }

    private void same(String what, JsonNode expected, JsonNode found) {
        if (!likeness.isIn(expected, found)) {
            violations.add(what + " is " + found + " instead of " + expected);
        }
    }

    /** Without what depends on the clock, or on transactions that were aborted: numbers of checkpoints, offsets. */
    private static JsonNode nameless(JsonNode json) {
        ObjectNode node = json.deepCopy();
        node.remove("model");
        if (node.path("steering") instanceof ObjectNode steering) {
            steering.remove("kept");
        }
        if (node.path("replica") instanceof ObjectNode replica) {
            replica.remove("nextAnswer");
        }
        if (node.path("averager") instanceof ObjectNode averager) {
            averager.remove("position");
            node.remove("nextOffset");
        }
        if (node.path("log") instanceof ObjectNode log) {
            log.remove("topics"); // answers and updates of a model have topics of their own
        }
        return node;
    }

    private void expect(String what, Object expected, Object found) {
        if (!expected.equals(found)) {
            violations.add(what + ": " + found + " instead of " + expected);
        }
    }
}
