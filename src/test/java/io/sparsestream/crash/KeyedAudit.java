package io.sparsestream.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MatrixProduct;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.ScaledLearner;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.ImageDecoder;
import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import io.sparsestream.model.Checkpoint;
import io.sparsestream.support.CommittedRecords;
import io.sparsestream.support.Tails;
import io.sparsestream.topic.ModelTopic;
import io.sparsestream.topic.Topics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * What the models of a trainer by key have left on its topics, beside learners that were shown the images of each key of
 * each partition in order, in this process.
 */
final class KeyedAudit {
    private final Map<String, Object> kafka;
    private final Topics topics;
    private final int partitions;
    private final Shape shape;
    private final ImageDecoder decoder;
    private final MatrixProduct product;
    private final Map<String, Model> models = new TreeMap<>(); // by partition/label
    private final Map<String, ConsumerRecord<byte[], byte[]>> expected = new TreeMap<>(); // by source
    private final List<String> violations = new ArrayList<>();

    /** Reads all images, and learns by hand from them. */
    KeyedAudit(Map<String, Object> kafka, Topics topics, int partitions, Shape shape) {
        this.kafka = kafka;
        this.topics = topics;
        this.partitions = partitions;
        this.shape = shape;
        product = shape.engine().newProduct();
        decoder = new ImageDecoder(shape.layers().inputs(), shape.kind().input());
        for (int partition = 0; partition < partitions; partition++) {
            for (ConsumerRecord<byte[], byte[]> image :
                    CommittedRecords.of(kafka, new TopicPartition(Topics.IMAGES, partition))) {
                String label = HeaderName.text(image.headers(), HeaderName.LABEL);
                models.computeIfAbsent(partition + "/" + label, key -> new Model(image.partition(), label))
                        .show(image);
            }
        }
        models.values().forEach(Model::reconstructPending);
    }

    /** One by hand. */
    private final class Model {
        private final int partition;
        private final String label;
        private final Learner learner =
                ScaledLearner.of(new Autoencoder(shape.layers(), shape.hyperparameters(), product));
        private final MiniBatch batch = learner.newBatch();
        private final List<ConsumerRecord<byte[], byte[]>> pending = new ArrayList<>();
        private long nextOffset; // images below have been trained on

        Model(int partition, String label) {
            this.partition = partition;
            this.label = label;
        }

        void show(ConsumerRecord<byte[], byte[]> image) {
            batch.add(decoder.numbers(image.value(), image.headers()), label);
            pending.add(image);
            if (batch.isFull()) {
                long step = learner.state().step();
                reconstructed(learner.train(batch).forward(), step);
                nextOffset = image.offset() + 1;
                pending.clear();
                batch.clear();
            }
        }

        void reconstructPending() {
            if (!pending.isEmpty()) {
                reconstructed(learner.reconstruct(batch), learner.state().step());
            }
        }

        private void reconstructed(ForwardPass forward, long step) {
            for (int i = 0; i < pending.size(); i++) {
                ConsumerRecord<byte[], byte[]> image = pending.get(i);
                ConsumerRecord<byte[], byte[]> reconstruction = ByHand.reconstruction(
                        image, forward, i, step, shape.layers().inputs());
                reconstruction.headers().add(HeaderName.MODEL_KEY, HeaderName.utf8(label));
                expected.put(HeaderName.source(Topics.IMAGES, partition, image.offset()), reconstruction);
            }
        }

        private Checkpoint.Snapshot snapshot() {
            return Checkpoint.Snapshot.of(topics.model(), learner, Manifest.Steering.none(learner.hyperparameters()))
                    .at(OptionalLong.of(nextOffset))
                    .with(shape.kind().input());
        }
    }

    /** Whether all has been reconstructed and published that will be. */
    boolean isSettled(Tails tails) {
        if (tails.records(topics.reconstructions()).size() < expected.size()) {
            return false;
        }
        Map<String, byte[]> published = NewestCheckpoint.latest(tails.records(topics.parameters()));
        return models.values().stream()
                .allMatch(model -> steps(published.get(ModelTopic.key(model.partition, model.label, "manifest")))
                        == model.learner.state().step());
    }

    private static long steps(byte[] manifest) {
        return manifest == null ? -1 : Json.read(manifest, Manifest.class).step();
    }

    /** What is wrong; empty if nothing is. */
    List<String> violations() {
        reconstructions();
        expect(
                "dead letters",
                0,
                CommittedRecords.of(kafka, topics.deadLetters()).size());
        Map<String, byte[]> published = NewestCheckpoint.latest(kafka, new TopicPartition(topics.parameters(), 0));
        List<Map<String, byte[]>> stored = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            stored.add(NewestCheckpoint.latest(
                    kafka, new TopicPartition(topics.applicationId() + "-models-changelog", partition)));
        }
        models.forEach((key, model) -> {
            Checkpoint.publish(
                    model.snapshot(),
                    (name, value) -> same(
                            "published " + name + " of " + key,
                            name,
                            value,
                            published.get(ModelTopic.key(model.partition, model.label, name))));
            Checkpoint.store(
                    model.snapshot(),
                    (name, value) -> same(
                            "stored " + name + " of " + key,
                            name,
                            value,
                            stored.get(model.partition).get(model.label + '\0' + name)));
        });
        return violations;
    }

    /** Each image once, by its key's model, with the very headers and bytes of the learner by hand. */
    private void reconstructions() {
        Map<String, ConsumerRecord<byte[], byte[]>> found = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : CommittedRecords.of(kafka, topics.reconstructions())) {
            String source = HeaderName.text(record.headers(), HeaderName.SOURCE);
            if (found.put(source, record) != null) {
                violations.add(source + " was reconstructed twice");
            }
        }
        expect("images with a reconstruction", expected.keySet(), found.keySet());
        expected.forEach((source, record) -> {
            ConsumerRecord<byte[], byte[]> other = found.get(source);
            if (other != null
                    && !(Arrays.equals(record.key(), other.key())
                            && Arrays.equals(record.value(), other.value())
                            && texts(record.headers()).equals(texts(other.headers())))) {
                violations.add("reconstruction of " + source + " is not that of the learner by hand");
            }
        });
    }

    /** Without what a learner by hand does not know. */
    private static Map<String, String> texts(Headers of) {
        RecordHeaders headers = new RecordHeaders(of);
        headers.remove(HeaderName.MODEL).remove(HeaderName.SOURCE).remove(HeaderName.IMAGE_TIMESTAMP);
        Map<String, String> texts = new TreeMap<>();
        headers.forEach(header -> texts.put(header.key(), HeaderName.text(headers, header.key())));
        return texts;
    }

    private void same(String what, String name, byte[] value, byte[] found) {
        boolean isManifest = name.equals(Checkpoint.MANIFEST);
        if (found == null) {
            violations.add(what + " is missing");
        } else if (isManifest) {
            expect(what, nameless(value), nameless(found));
        } else if (!Arrays.equals(value, found)) {
            violations.add(what + " is not that of the learner by hand");
        }
    }

    private static JsonNode nameless(byte[] manifest) {
        ObjectNode node = (ObjectNode) Json.tree(manifest);
        node.remove(List.of("model", "log"));
        return node;
    }

    private void expect(String what, Object wanted, Object found) {
        if (!Objects.equals(wanted, found)) {
            violations.add(what + ": " + found + " instead of " + wanted);
        }
    }
}
