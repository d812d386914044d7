package io.sparsestream.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparsestream.broker.EmbeddedBroker;
import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.nd4j.OpenBlas;
import io.sparsestream.message.Dtype;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import io.sparsestream.message.PublishedModel;
import io.sparsestream.support.Await;
import io.sparsestream.support.CommittedRecords;
import io.sparsestream.support.SparsestreamProcess;
import io.sparsestream.support.Tails;
import io.sparsestream.topic.ModelTopic;
import io.sparsestream.topic.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A model for each label, on a topic of two partitions with every label in both, in a process that is killed at random
 * moments. All twenty models and all reconstructions are compared with learners that were fed by hand.
 */
@Timeout(240)
class KeyedCrashIT {
    private static final Topics TOPICS = new Topics("keyed");
    private static final int PARTITIONS = 2;
    private static final int IN_MEMORY = 4; // of ten, so that models come and go all the time
    private static final int IMAGES = 4000;
    private static final int KILLS = 3;
    private static final Architecture ARCHITECTURE = Architecture.of(784, 24, 8, 24, 784);
    private static final Hyperparameters HYPERPARAMETERS = Hyperparameters.SPARSE.with(Map.of("batch", "20"));

    @TempDir
    Path directory;

    private final Random random = new Random(7);
    private EmbeddedBroker broker;
    private Map<String, Object> kafka;
    private Dataset digits;
    private SparsestreamProcess trainer;
    private Tails tails;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(directory.resolve("broker"), 0);
        kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
        tails = new Tails(kafka);
        digits = Dataset.read(Path.of("data/mnist"), Split.TEST);
        try (Admin admin = Admin.create(kafka)) {
            admin.createTopics(List.of(new NewTopic(Topics.IMAGES, Optional.of(PARTITIONS), Optional.empty())))
                    .all()
                    .get();
        }
    }

    @AfterEach
    void stop() throws Exception {
        if (trainer != null) {
            trainer.kill();
        }
        tails.close();
        broker.close();
    }

    @Test
    void killsLeaveTheVeryModelsAndReconstructionsOfLearnersFedByHand() throws Exception {
        startTrainer();
        for (int kill = 1; kill <= KILLS; kill++) {
            int before = reconstructions().size();
            send(IMAGES * (kill - 1) / (KILLS + 1), IMAGES * kill / (KILLS + 1));
            await("new reconstructions", () -> reconstructions().size() > before);
            Await.pass("the moment of the kill is random", Duration.ofMillis(random.nextInt(1500)));
            trainer.kill();
            startTrainer();
        }
        send(IMAGES * KILLS / (KILLS + 1), IMAGES);
        await("all reconstructions", () -> reconstructions().size() >= IMAGES);

        Map<String, byte[]> found = bySource();
        Map<String, byte[]> expected = new TreeMap<>();
        Map<String, Learner> learners = learned(expected);
        assertThat(found.keySet()).isEqualTo(expected.keySet());
        expected.forEach(
                (source, pixels) -> assertThat(found.get(source)).as(source).isEqualTo(pixels));
        assertModels(learners);
        assertThat(CommittedRecords.of(kafka, TOPICS.deadLetters())).isEmpty();
        assertThat(trainer.lines())
                .filteredOn(line -> line.contains("trained again from"))
                .hasSizeGreaterThan(KILLS);
        trainer.terminate();

        assertThat(ModelTopic.read(kafka, TOPICS.model(), "3", OptionalInt.of(1))
                        .crc32c())
                .isEqualTo(PublishedModel.crc32c(
                        learners.get("1/3").state().parameters().values()));
        assertThatThrownBy(() -> ModelTopic.read(kafka, TOPICS.model(), "3", OptionalInt.empty()))
                .hasMessage("the key '3' has models of partitions [0, 1]: choose one with --partition");
        assertThatThrownBy(() -> ModelTopic.read(kafka, TOPICS.model(), "11", OptionalInt.empty()))
                .hasMessage("no model 'keyed' with the key '11' has been published there");
        assertThatThrownBy(() -> ModelTopic.read(kafka, TOPICS.model()))
                .hasMessage("there is a model 'keyed' for each key: evaluate and export take one with --key");
    }

    private void startTrainer() throws IOException {
        trainer = SparsestreamProcess.start(
                directory.resolve("trainer.log"),
                "train",
                "--bootstrap-servers",
                broker.bootstrapServers(),
                "--model",
                TOPICS.model(),
                "--model-per-key",
                "header:label",
                "--max-models-in-memory",
                Integer.toString(IN_MEMORY),
                "--layers",
                ARCHITECTURE.toString(),
                "--batch",
                Integer.toString(HYPERPARAMETERS.batch()),
                "--checkpoint-interval",
                "1",
                "--max-batch-wait",
                "0.3",
                "--port",
                "0",
                "--state-dir",
                directory.resolve("state").toString());
    }

    private void send(int from, int to) {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = from; i < to; i++) {
                ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                        Topics.IMAGES, i % PARTITIONS, null, digits.images().get(i));
                record.headers().add(HeaderName.LABEL, HeaderName.utf8(Integer.toString(digits.labels()[i])));
                producer.send(record);
            }
        }
    }

    private void await(String what, Await.Condition condition) throws Exception {
        Await.until(what, List.of(trainer), condition);
    }

    private List<ConsumerRecord<byte[], byte[]>> reconstructions() {
        return tails.records(TOPICS.reconstructions());
    }

    /** What was emitted for each image: its pixels, after what the headers say of them. */
    private Map<String, byte[]> bySource() {
        Map<String, byte[]> bySource = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : reconstructions()) {
            String source = HeaderName.text(record.headers(), HeaderName.SOURCE);
            byte[] twice = bySource.put(
                    source,
                    described(
                            HeaderName.text(record.headers(), HeaderName.MODEL_KEY),
                            HeaderName.text(record.headers(), HeaderName.STEP),
                            HeaderName.text(record.headers(), HeaderName.MSE),
                            record.value()));
            assertThat(twice).as("twice: " + source).isNull();
        }
        return bySource;
    }

    private static byte[] described(String key, String step, String mse, byte[] pixels) {
        byte[] headers = HeaderName.utf8(key + " " + step + " " + mse + " ");
        byte[] all = new byte[headers.length + pixels.length];
        System.arraycopy(headers, 0, all, 0, headers.length);
        System.arraycopy(pixels, 0, all, headers.length, pixels.length);
        return all;
    }

    /** A learner for each label of each partition by {@code partition/label}, shown its images in order. */
    private Map<String, Learner> learned(Map<String, byte[]> reconstructions) {
        Map<String, Learner> learners = new TreeMap<>();
        Map<String, MiniBatch> batches = new HashMap<>();
        Map<String, List<String>> sources = new HashMap<>();
        for (int i = 0; i < IMAGES; i++) {
            String key = i % PARTITIONS + "/" + digits.labels()[i];
            Learner learner = learners.computeIfAbsent(
                    key, each -> new Autoencoder(ARCHITECTURE, HYPERPARAMETERS, new OpenBlas()));
            MiniBatch batch = batches.computeIfAbsent(key, each -> learner.newBatch());
            sources.computeIfAbsent(key, each -> new ArrayList<>())
                    .add(HeaderName.source(Topics.IMAGES, i % PARTITIONS, i / PARTITIONS));
            batch.add(digits.images().get(i));
            if (batch.isFull()) {
                long step = learner.state().step();
                add(reconstructions, key, sources.get(key), learner.train(batch).forward(), step);
                batch.clear();
            }
        }
        batches.forEach((key, batch) -> {
            Learner learner = learners.get(key);
            long step = learner.state().step();
            add(reconstructions, key, sources.get(key), learner.reconstruct(batch), step);
        });
        return learners;
    }

    private static void add(
            Map<String, byte[]> reconstructions, String key, List<String> sources, ForwardPass forward, long step) {
        for (int i = 0; i < forward.images(); i++) {
            reconstructions.put(
                    sources.get(i),
                    described(
                            label(key),
                            Long.toString(step),
                            new String(HeaderName.decimal(forward.mse()[i]), StandardCharsets.UTF_8),
                            Dtype.UINT8.encode(forward.reconstructions(), i * 784, 784)));
        }
        sources.clear();
    }

    private static int partition(String key) {
        return Integer.parseInt(key.substring(0, key.indexOf('/')));
    }

    private static String label(String key) {
        return key.substring(key.indexOf('/') + 1);
    }

    /** As published, and in the store with Adam's moments and the running averages. */
    private void assertModels(Map<String, Learner> expected) throws Exception {
        TopicPartition topic = new TopicPartition(TOPICS.parameters(), 0);
        await("all models to be published", () -> {
            Map<String, byte[]> newest = newest(topic);
            return expected.entrySet().stream()
                    .allMatch(each -> steps(newest.get(each.getKey() + "/manifest"))
                            == each.getValue().state().step());
        });
        Map<String, byte[]> published = newest(topic);
        List<Map<String, byte[]>> stored = new ArrayList<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            stored.add(newest(new TopicPartition(TOPICS.applicationId() + "-models-changelog", partition)));
        }
        expected.forEach((key, learner) -> {
            learner.state()
                    .parameters()
                    .forEach((name, values) -> assertThat(published.get(key + "/" + name))
                            .as("%s of %s", name, key)
                            .isEqualTo(Dtype.FLOAT32.encode(values, 0, values.length)));
            learner.state()
                    .values()
                    .forEach((name, values) -> assertThat(
                                    stored.get(partition(key)).get(label(key) + '\0' + name))
                            .as("%s of %s in the store", name, key)
                            .isEqualTo(Dtype.FLOAT32.encode(values, 0, values.length)));
        });
    }

    private static long steps(byte[] manifest) {
        return manifest == null ? -1 : Json.read(manifest, Manifest.class).step();
    }

    private Map<String, byte[]> newest(TopicPartition partition) {
        Map<String, byte[]> newest = new HashMap<>();
        tails.records(partition)
                .forEach(record -> newest.put(new String(record.key(), StandardCharsets.UTF_8), record.value()));
        return newest;
    }
}
