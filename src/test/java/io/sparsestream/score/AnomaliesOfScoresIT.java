package io.sparsestream.score;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.ScaledLearner;
import io.sparsestream.learn.nd4j.OpenBlas;
import io.sparsestream.message.Anomaly;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.Json;
import io.sparsestream.message.PublishedModel;
import io.sparsestream.message.Reason;
import io.sparsestream.message.ReconstructionFormat;
import io.sparsestream.stream.Keep;
import io.sparsestream.stream.OnGap;
import io.sparsestream.stream.TaskSettings;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.stream.rounds.Sync;
import io.sparsestream.support.Await;
import io.sparsestream.support.OnRealBroker;
import io.sparsestream.topic.ModelTopic;
import io.sparsestream.topic.Topics;
import io.sparsestream.trainer.Trainer;
import io.sparsestream.trainer.TrainerSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Scoring a topic of JSON objects by a model that has learned from another one, on a real broker. */
class AnomaliesOfScoresIT extends OnRealBroker {
    private static final Topics PUMPS = new Topics("pumps");
    private static final String LEARNED = "learned";
    private static final String SCORED = "scored";
    private static final int RECORDS = 1600;
    private static final InputFormat FIELDS = new InputFormat(
            InputFormat.Kind.JSON,
            List.of("pressure", "flow", "hum"),
            new InputFormat.Label.InField("state"),
            InputFormat.Missing.REFUSED);

    private final Random random = new Random(3);
    private final AtomicInteger heard = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();

    private ProducerRecord<byte[], byte[]> record(String topic, int key, double hum, String state) {
        double pressure = random.nextGaussian();
        String json = String.format(
                Locale.ROOT,
                "{\"hum\":%f,\"flow\":%f,\"pressure\":%f,\"state\":\"%s\"}",
                hum,
                10 + 2 * pressure + 0.1 * random.nextGaussian(),
                pressure,
                state);
        return new ProducerRecord<>(topic, null, HeaderName.utf8("p" + key), HeaderName.utf8(json));
    }

    private Trainer learn() throws Exception {
        return Trainer.start(
                new TrainerSettings(
                        kafka,
                        directory.resolve("state"),
                        Sync.DEFAULT,
                        new TaskSettings(
                                PUMPS,
                                LEARNED,
                                Duration.ofMillis(500),
                                new Keep(3, 0),
                                SOON,
                                FIELDS,
                                ReconstructionFormat.SAME,
                                Optional.empty(),
                                OnGap.FAIL)),
                () -> ScaledLearner.of(
                        new Autoencoder(Architecture.of(3, 2, 3), Hyperparameters.VECTORS, new OpenBlas())),
                new TrainingListener() {});
    }

    private ScoringApplication score() throws Exception {
        return ScoringApplication.start(
                new HashMap<>(kafka),
                directory.resolve("scores"),
                new ScoreSettings(
                        PUMPS,
                        SCORED,
                        model -> model.manifest().inputFormat(),
                        ReconstructionFormat.SAME,
                        Optional.of(0.99)),
                OpenBlas::new,
                new TrainingListener() {
                    @Override
                    public void onAnomaly(Anomaly anomaly, long timestamp) {
                        heard.incrementAndGet();
                    }

                    @Override
                    public void onDeadLetter(Reason reason) {
                        refused.incrementAndGet();
                    }
                });
    }

    @Test
    void eachRecordUnlikeThoseThatTheModelKnowsIsToldOnceByName() throws Exception {
        List<ProducerRecord<byte[], byte[]>> usual = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            usual.add(record(LEARNED, i, 50 + random.nextGaussian(), "on"));
        }
        try (Trainer trainer = learn()) {
            send(usual);
            await(PUMPS.reconstructions(), RECORDS);
            await(
                    PUMPS.parameters(),
                    published -> ModelTopic.read(kafka, "pumps").step() == RECORDS / 8);
        }
        PublishedModel model = ModelTopic.read(kafka, "pumps");
        assertThat(model.manifest().inputFormat()).isEqualTo(FIELDS);
        assertThat(model.errors()).isNotEmpty();

        try (ScoringApplication application = score()) {
            send(record(SCORED, 0, 50, "on"));
            send(record(SCORED, 1, 400, "off"));
            send(new ProducerRecord<>(SCORED, null, HeaderName.utf8("p2"), HeaderName.utf8("{\"hum\":1}")));
            await(PUMPS.scores(), 2);
            Await.until("the dead letter", () -> refused.get() == 1);
            assertThat(application.failed()).isNotDone();
        }
        try (ScoringApplication again = score()) {
            send(record(SCORED, 3, 49, "on"));
            send(record(SCORED, 4, -300, "on"));
            await(PUMPS.scores(), 4);
            await(PUMPS.scoreAnomalies(), 2);
            assertThat(again.failed()).isNotDone();
        }

        List<ConsumerRecord<byte[], byte[]>> anomalies = read(PUMPS.scoreAnomalies());
        assertThat(anomalies).extracting(each -> new String(each.key())).containsExactly("p1", "p4");
        assertThat(heard).hasValue(2);
        Anomaly first = Json.read(anomalies.get(0).value(), Anomaly.class);
        assertThat(first.source()).isEqualTo(SCORED + "-0@1");
        assertThat(first.label()).isEqualTo("off");
        assertThat(first.rank()).isGreaterThan(0.99);
        assertThat(first.inputs().get(0).name()).isEqualTo("hum");
        assertThat(first.inputs().get(0).value()).isEqualTo(400);
        assertThat(first.reconstruction()).hasSize(3);
        assertScoredAsTheModelDoes(model);
    }

    /** By the errors that came with the model, from the first record on. */
    private void assertScoredAsTheModelDoes(PublishedModel model) {
        Learner learner = model.learner(new OpenBlas());
        List<ConsumerRecord<byte[], byte[]>> inputs = read(SCORED);
        for (ConsumerRecord<byte[], byte[]> score : read(PUMPS.scores())) {
            JsonNode json = Json.tree(score.value());
            String source = HeaderName.text(score.headers(), HeaderName.SOURCE);
            JsonNode values = Json.tree(inputs.get(Integer.parseInt(source.substring(source.indexOf('@') + 1)))
                    .value());
            MiniBatch batch = learner.newBatch();
            batch.add(
                    new float[] {
                        (float) values.get("pressure").asDouble(),
                        (float) values.get("flow").asDouble(),
                        (float) values.get("hum").asDouble()
                    },
                    0,
                    "");
            ForwardPass expected = learner.reconstruct(batch);
            double deviation = json.get("anomaly").asDouble();
            double rank = json.get("rank").asDouble();
            // A batch of one may be computed by another kernel.
            assertThat(deviation).isCloseTo(expected.anomalies().deviation()[0], Offset.offset(1e-3));
            assertThat(rank).isCloseTo(expected.anomalies().rank()[0], Offset.offset(1e-3));
            assertThat(number(score, HeaderName.ANOMALY)).isEqualTo(Math.rint(deviation * 1e4) / 1e4);
            assertThat(number(score, HeaderName.ANOMALY_RANK)).isEqualTo(Math.rint(rank * 1e4) / 1e4);
        }
    }

    private static double number(ConsumerRecord<byte[], byte[]> record, String header) {
        return Double.parseDouble(HeaderName.text(record.headers(), header));
    }
}
