package io.sparsestream.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparsestream.message.ControlResult;
import io.sparsestream.message.HeaderName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Compares what a disturbed model has left on its topics with what it should have, and with an undisturbed model. */
final class Audit {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SHOWN = 10;

    private final int images;
    private final int batch;
    private final boolean steered;
    private final List<String> violations = new ArrayList<>();

    /**
     * @param images on the images topic, all valid, at offsets 0 and up
     * @param batch images of a mini-batch
     * @param steered whether the models were told something, so that steps are not those of the images' count
     */
    Audit(int images, int batch, boolean steered) {
        this.images = images;
        this.batch = batch;
        this.steered = steered;
    }

    /** What is wrong with the disturbed model; empty if nothing is. */
    List<String> violations(Left disturbed, Left undisturbed) throws IOException {
        reconstructions(disturbed.reconstructions(), undisturbed.reconstructions());
        activations(nameless(disturbed.activations()), nameless(undisturbed.activations()));
        expect("dead letters", 0, disturbed.deadLetters());
        compare("checkpoint", disturbed.checkpoint(), undisturbed.checkpoint());
        compare("published model", disturbed.published(), undisturbed.published());
        units(disturbed.units(), undisturbed.units());
        return violations;
    }

    /** Each image once, in order, with the step that it belongs to, and with the very bytes of the undisturbed run. */
    private void reconstructions(
            List<ConsumerRecord<byte[], byte[]>> found, List<ConsumerRecord<byte[], byte[]>> expected) {
        expect("reconstructions", images, found.size());
        expect("reconstructions of the undisturbed run", images, expected.size());
        for (int i = 0; i < Math.min(found.size(), expected.size()); i++) {
            ConsumerRecord<byte[], byte[]> record = found.get(i);
            String at = "reconstruction " + i;
            expect(at + ", source", "images-0@" + i, HeaderName.text(record.headers(), HeaderName.SOURCE));
            if (!steered) {
                expect(at + ", step", Integer.toString(i / batch), HeaderName.text(record.headers(), HeaderName.STEP));
            }
            expect(at + ", key", text(expected.get(i).key()), text(record.key()));
            for (String header : List.of(
                    HeaderName.STEP,
                    HeaderName.LABEL,
                    HeaderName.SHAPE,
                    HeaderName.DTYPE,
                    HeaderName.MSE,
                    HeaderName.ANOMALY,
                    HeaderName.ANOMALY_RANK)) {
                expect(
                        at + ", " + header,
                        HeaderName.text(expected.get(i).headers(), header),
                        HeaderName.text(record.headers(), header));
            }
            if (!Arrays.equals(record.value(), expected.get(i).value())) {
                violations.add(at + ": other pixels than in the undisturbed run");
            }
        }
    }

    /** The same JSON but for the model's name, answers included; step numbers without a hole. */
    private void activations(List<ObjectNode> found, List<ObjectNode> expected) {
        expect("activation records", expected.size(), found.size());
        int states = 0;
        for (int i = 0; i < Math.min(found.size(), expected.size()); i++) {
            expect("activations " + i, expected.get(i), found.get(i));
            if (!steered && !isAnswer(found.get(i))) {
                expect(
                        "activations " + i + ", step",
                        10L * states,
                        found.get(i).get("step").asLong());
                states++;
            }
        }
    }

    private static List<ObjectNode> nameless(List<JsonNode> activations) {
        return activations.stream()
                .map(Audit::nameless)
                .peek(each -> each.remove("source")) // each model is told by a record of its own
                .toList();
    }

    /** Whether a record of the activations topic says what became of a control record. */
    static boolean isAnswer(JsonNode activations) {
        return activations.path("event").asText().equals(ControlResult.EVENT);
    }

    /** Parameters, moments, averages byte for byte. */
    private void compare(String what, Map<String, byte[]> found, Map<String, byte[]> expected) throws IOException {
        byte[] foundManifest = found.remove("manifest");
        byte[] expectedManifest = expected.remove("manifest");
        if (foundManifest == null || expectedManifest == null) {
            violations.add(what + ": no manifest");
            return;
        }
        JsonNode manifest = nameless(foundManifest);
        if (!steered) {
            expect(what + ", steps", (long) images / batch, manifest.get("step").asLong());
        }
        expect(what + ", manifest", nameless(expectedManifest), manifest);
        expect(what + ", arrays", expected.keySet(), found.keySet());
        expected.forEach((name, bytes) -> {
            if (!Arrays.equals(bytes, found.get(name))) {
                violations.add(what + ": " + name + " differs from the undisturbed run");
            }
        });
    }

    /** The same JSON but for the model's name: of each unit the newest, which is of the last checkpoint. */
    private void units(Map<String, byte[]> found, Map<String, byte[]> expected) throws IOException {
        expect("units", expected.keySet(), found.keySet());
        for (Map.Entry<String, byte[]> unit : expected.entrySet()) {
            if (found.containsKey(unit.getKey())) {
                expect("unit " + unit.getKey(), nameless(unit.getValue()), nameless(found.get(unit.getKey())));
            }
        }
    }

    private void expect(String what, Object expected, Object found) {
        if (!Objects.equals(expected, found)) {
            violations.add(what + ": " + found + " instead of " + expected);
        }
    }

    private static ObjectNode nameless(byte[] json) throws IOException {
        return nameless(JSON.readTree(json));
    }

    /** Without what each model has of its own: its checkpoints' numbers, and the records by which it was told. */
    private static ObjectNode nameless(JsonNode json) {
        ObjectNode node = json.deepCopy();
        node.remove("model");
        if (node.path("steering") instanceof ObjectNode steering) {
            steering.remove(List.of("kept", "pausedBy"));
        }
        if (node.path("log") instanceof ObjectNode log) {
            log.remove("told");
        }
        return node;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The first few, for people. */
    static String show(List<String> violations) {
        String lines = String.join("\n  ", violations.subList(0, Math.min(SHOWN, violations.size())));
        int more = violations.size() - SHOWN;
        return "  " + lines + (more > 0 ? "\n  and " + more + " more" : "");
    }
}
