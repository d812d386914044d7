package io.sparsestream.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.broker.EmbeddedBroker;
import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.nd4j.OpenBlas;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.ReconstructionFormat;
import io.sparsestream.stream.Keep;
import io.sparsestream.stream.OnGap;
import io.sparsestream.stream.TaskSettings;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.stream.rounds.Sync;
import io.sparsestream.topic.ModelTopic;
import io.sparsestream.topic.Topics;
import io.sparsestream.trainer.Trainer;
import io.sparsestream.trainer.TrainerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A test of the trainer on a real broker with real images. */
@Timeout(180)
public abstract class OnRealBroker {
    protected static final Topics TOPICS = new Topics("sparse");
    protected static final Duration NEVER = Duration.ofHours(1);
    protected static final Duration SOON = Duration.ofMillis(200);
    protected static final int BATCH = Hyperparameters.SPARSE.batch();

    @TempDir
    protected Path directory;

    protected EmbeddedBroker broker;
    protected Map<String, Object> kafka;
    protected List<byte[]> digits;
    private Tails tails;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(directory.resolve("broker"), 0);
        kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
        tails = new Tails(kafka);
        digits = Dataset.read(Path.of("data/mnist"), Split.TEST).images();
    }

    @AfterEach
    void stop() throws Exception {
        tails.close();
        broker.close();
    }

    protected Trainer train(Duration maxBatchWait) throws Exception {
        return train(settings(maxBatchWait, OnGap.FAIL), new TrainingListener() {});
    }

    protected static Trainer train(TrainerSettings settings, TrainingListener listener) throws Exception {
        return Trainer.start(
                settings,
                () -> new Autoencoder(Architecture.DEFAULT, Hyperparameters.SPARSE, new OpenBlas()),
                listener);
    }

    protected TrainerSettings settings(Duration maxBatchWait, OnGap onGap) {
        return new TrainerSettings(
                kafka,
                directory.resolve("state"),
                Sync.DEFAULT,
                new TaskSettings(
                        new Topics("sparse"),
                        Topics.IMAGES,
                        Duration.ofMillis(500),
                        new Keep(3, 0),
                        maxBatchWait,
                        InputFormat.AUTO,
                        ReconstructionFormat.UINT8,
                        Optional.empty(),
                        onGap));
    }

    /** A learner that was shown the first images in order, and told something between two steps. */
    private Learner learned(int images, long step, Map<String, String> changes) {
        Learner learner = new Autoencoder(Architecture.DEFAULT, Hyperparameters.SPARSE, new OpenBlas());
        MiniBatch batch = learner.newBatch();
        for (int i = 0; i < images; i++) {
            batch.add(digits.get(i));
            if (batch.isFull()) {
                if (learner.state().step() == step) {
                    learner.set(learner.hyperparameters().with(changes));
                }
                learner.train(batch);
                batch.clear();
            }
        }
        return learner;
    }

    protected void send(int from, int to) throws Exception {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = from; i < to; i++) {
            records.add(new ProducerRecord<>(Topics.IMAGES, null, HeaderName.utf8("mnist/test/" + i), digits.get(i)));
        }
        send(records);
    }

    protected void send(ProducerRecord<byte[], byte[]> record) throws Exception {
        send(List.of(record));
    }

    protected void send(List<ProducerRecord<byte[], byte[]>> records) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            records.forEach(record -> sent.add(producer.send(record)));
            for (Future<RecordMetadata> each : sent) {
                each.get();
            }
        }
    }

    protected void await(String topic, int count) throws InterruptedException {
        Await.until(
                count + " records on topic " + topic, () -> tails.records(topic).size() >= count);
    }

    /** The same, of a trainer that must not fail meanwhile: it would end the wait by its failure. */
    protected void await(Trainer trainer, String topic, int count) throws InterruptedException {
        Await.until(count + " records on topic " + topic, () -> {
            assertThat(trainer.failed()).isNotDone();
            return tails.records(topic).size() >= count;
        });
    }

    protected void await(String topic, Predicate<List<ConsumerRecord<byte[], byte[]>>> condition)
            throws InterruptedException {
        Await.until("what is to come on topic " + topic, () -> condition.test(tails.records(topic)));
    }

    protected long step() {
        return ModelTopic.read(kafka, "sparse").step();
    }

    /** What is committed on a topic of one partition by now. */
    protected List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        return List.copyOf(tails.records(topic));
    }

    /** The published parameters are bit for bit those of a learner that was shown the first images in order. */
    protected void assertIsUninterrupted(int images) {
        assertIsUninterrupted(images, -1, Map.of());
    }

    /** The same where hyperparameters have changed from a step on. */
    protected void assertIsUninterrupted(int images, long step, Map<String, String> changes) {
        Learner uninterrupted = learned(images, step, changes);
        assertThat(uninterrupted.state().step()).isEqualTo(images / BATCH);
        ModelTopic.read(kafka, "sparse")
                .parameters()
                .forEach((name, values) -> assertThat(values)
                        .as(name)
                        .isEqualTo(uninterrupted.state().parameter(name)));
    }
}
