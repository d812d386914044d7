package io.sparsestream.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.Json;
import io.sparsestream.support.CommittedRecords;
import io.sparsestream.support.Tails;
import io.sparsestream.topic.ModelTopic;
import io.sparsestream.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** What several replicas of a model have left on its topics, beside what they should have, and beside an undisturbed run. */
final class ReplicasAudit {
    private final Map<String, Object> kafka;
    private final int partitions;
    private final int images;
    private final int batch;
    private final List<String> violations = new ArrayList<>();

    /**
     * @param images of each partition of the images topic, all valid, at offsets 0 and up
     * @param batch images of a mini-batch
     */
    ReplicasAudit(Map<String, Object> kafka, int partitions, int images, int batch) {
        this.kafka = kafka;
        this.partitions = partitions;
        this.images = images;
        this.batch = batch;
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
                    Json.tree(NewestCheckpoint.in(tails.records(checkpoints)).get("manifest"));
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
            trained += Json.tree(checkpoint(model, partition).get("manifest"))
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

    /** Everything byte for byte as in the undisturbed run, but for the order in which the replicas' records stand. */
    List<String> identical(Topics disturbed, Topics undisturbed) {
        Map<String, ConsumerRecord<byte[], byte[]>> found = reconstructions(disturbed);
        reconstructions(undisturbed).forEach((source, expected) -> same(source, expected, found.get(source)));
        compare("activations", activations(undisturbed), activations(disturbed));
        for (int partition = 0; partition < partitions; partition++) {
            compare(
                    "checkpoint of replica " + partition,
                    checkpoint(undisturbed, partition),
                    checkpoint(disturbed, partition));
        }
        compare("averager", rounds(undisturbed), rounds(disturbed));
        compare("published model", latest(undisturbed.parameters()), latest(disturbed.parameters()));
        return violations;
    }

    private void same(String source, ConsumerRecord<byte[], byte[]> expected, ConsumerRecord<byte[], byte[]> found) {
        if (found == null
                || !Arrays.equals(expected.key(), found.key())
                || !Arrays.equals(expected.value(), found.value())
                || !headers(expected).equals(headers(found))) {
            violations.add("reconstruction of " + source + " is not that of the undisturbed run");
        }
    }

    private static RecordHeaders headers(ConsumerRecord<byte[], byte[]> record) {
        RecordHeaders headers = new RecordHeaders(record.headers());
        headers.remove(HeaderName.MODEL);
        return headers;
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

    private Map<String, byte[]> activations(Topics model) {
        Map<String, byte[]> byStep = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : CommittedRecords.of(kafka, model.activations())) {
            JsonNode json = Json.tree(record.value());
            String at = json.get("replica") + "/" + json.get("step");
            if (byStep.put(at, nameless(record.value())) != null) {
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
        expect(what + ", records", expected.keySet(), found.keySet());
        expected.forEach((name, value) -> {
            byte[] other = found.get(name);
            boolean manifest = name.equals("manifest");
            if (other != null
                    && !Arrays.equals(manifest ? nameless(value) : value, manifest ? nameless(other) : other)) {
                violations.add(what + ": " + name + " is "
                        + (manifest
                                ? text(nameless(other)) + " instead of " + text(nameless(value))
                                : "not that of the undisturbed run"));
            }
        });
    }

    /** Without what depends on the clock, or on transactions that were aborted: numbers of checkpoints, offsets. */
    private static byte[] nameless(byte[] json) {
        ObjectNode node = (ObjectNode) Json.tree(json);
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
        return Json.write(node);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private void expect(String what, Object expected, Object found) {
        if (!expected.equals(found)) {
            violations.add(what + ": " + found + " instead of " + expected);
        }
    }
}
