package io.sparsestream.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.nd4j.OpenBlas;
import io.sparsestream.message.Dtype;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.PublishedModel;
import io.sparsestream.model.ModelException;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.support.Await;
import io.sparsestream.support.OnRealBroker;
import io.sparsestream.topic.ModelTopic;
import io.sparsestream.topic.NewestModel;
import io.sparsestream.topic.Topics;
import io.sparsestream.trainer.Trainer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The scoring application on a real broker, by models that a real trainer publishes beside it. */
class ScoringApplicationIT extends OnRealBroker {
    private static final int FIRST = 300;
    private static final int ALL = 480;

    @Test
    void scoresEveryImageOnceByTheNewestModelAndChangesOverWhileItRuns() throws Exception {
        try (ScoringApplication waiting = score()) {
            send(0, FIRST);
            assertThat(waiting.model()).isNull();
            PublishedModel before;
            try (Trainer trainer = train(SOON)) {
                await(TOPICS.reconstructions(), FIRST);
                await(TOPICS.scores(), FIRST);
                awaitStep(waiting, FIRST / BATCH);
                before = ModelTopic.read(kafka, "sparse");
            }
            send(new ProducerRecord<>(Topics.IMAGES, null, HeaderName.utf8("short"), new byte[3]));
            send(FIRST, 360);
            await(TOPICS.scores(), 360);
            assertScores(before, read(TOPICS.scores()).subList(FIRST, 360));
            try (Trainer trainer = train(SOON)) {
                awaitStep(waiting, 360 / BATCH);
            }
        }
        PublishedModel after = ModelTopic.read(kafka, "sparse");
        try (ScoringApplication again = score()) {
            send(360, ALL);
            await(TOPICS.scores(), ALL);
            assertThat(again.failed()).isNotDone();
        }

        List<ConsumerRecord<byte[], byte[]>> scores = read(TOPICS.scores());
        assertThat(scores)
                .extracting(record -> new String(record.key()))
                .containsExactlyElementsOf(
                        IntStream.range(0, ALL).mapToObj(i -> "mnist/test/" + i).toList());
        assertScores(after, scores.subList(360, ALL));
        assertThat(scores.subList(360, ALL))
                .allSatisfy(record -> assertThat(anomaly(record))
                        .as("after a restart the statistics go on")
                        .isNotNull());
        assertThat(read(TOPICS.scoreDeadLetters()))
                .singleElement()
                .satisfies(record -> assertThat(HeaderName.text(record.headers(), HeaderName.REASON))
                        .isEqualTo("value of 3 bytes, not 784"));
    }

    /** Of which none is the newest: it would wait for one for ever, with those of all keys in memory. */
    @Test
    void aModelForEachKeyIsRefused() throws Exception {
        try (Admin admin = Admin.create(kafka)) {
            admin.createTopics(List.of(new NewTopic(TOPICS.models(), 1, (short) 1)))
                    .all()
                    .get();
        }
        assertThatThrownBy(this::score)
                .isInstanceOf(ModelException.class)
                .hasMessage(
                        "model sparse is a model for each key, and score goes by one: export that of a key (--key) and"
                                + " import it under a name of its own");
    }

    @Test
    void theNewestModelIsFollowedByANewConsumerWhereTheOldOnesClockIsWrong() throws Exception {
        try (Trainer trainer = train(SOON);
                NewestModel newest = NewestModel.follow(kafka, "sparse")) {
            send(0, BATCH);
            await(TOPICS.reconstructions(), BATCH);
            await(TOPICS.parameters(), published -> step() == 1);
            assertThat(newest.first().get(60, TimeUnit.SECONDS).step()).isLessThanOrEqualTo(1);

            newest.reopen();
            send(BATCH, 2 * BATCH);
            await(TOPICS.parameters(), published -> newest.get().step() == 2);
            assertThat(newest.failed()).isNotDone();
        }
    }

    @Test
    void whatIsNoDigitStandsOut() throws Exception {
        try (Trainer trainer = train(SOON)) {
            send(0, 3000);
            await(TOPICS.reconstructions(), 3000);
            await(TOPICS.parameters(), published -> step() == 50);
        }
        byte[] noise = new byte[784];
        new Random(1).nextBytes(noise);
        send(new ProducerRecord<>(Topics.IMAGES, null, HeaderName.utf8("noise"), noise));
        try (ScoringApplication application = score()) {
            await(TOPICS.scores(), 3001);
        }
        List<ConsumerRecord<byte[], byte[]>> scores = read(TOPICS.scores());
        double noisy = anomaly(scores.get(3000));
        assertThat(noisy).isGreaterThan(3);
        assertThat(scores.subList(2000, 3000))
                .allSatisfy(record -> assertThat(anomaly(record)).isLessThan(noisy));
        assertThat(scores.subList(2000, 3000).stream()
                        .filter(record -> Math.abs(anomaly(record)) < 3)
                        .count())
                .as("of 1000 digits")
                .isGreaterThan(980);
    }

    @Test
    void aModelThatIsDamagedDoesNotReplaceAWholeOne() throws Exception {
        try (Trainer trainer = train(SOON)) {
            send(0, BATCH);
            await(TOPICS.reconstructions(), BATCH);
            await(TOPICS.parameters(), published -> step() == 1);
        }
        try (ScoringApplication application = score()) {
            awaitStep(application, 1);
            List<ConsumerRecord<byte[], byte[]>> published = read(TOPICS.parameters());
            ConsumerRecord<byte[], byte[]> manifest = published.get(published.size() - 1);
            try (KafkaProducer<byte[], byte[]> producer =
                    new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer())) {
                producer.send(new ProducerRecord<>(TOPICS.parameters(), HeaderName.utf8("b_e_1"), new byte[1200]));
                producer.send(new ProducerRecord<>(TOPICS.parameters(), manifest.key(), manifest.value()))
                        .get();
            }
            PublishedModel whole = application.model();
            send(BATCH, 2 * BATCH);
            await(TOPICS.scores(), 2 * BATCH);
            assertThat(application.model()).isSameAs(whole);
        }
    }

    private ScoringApplication score() throws Exception {
        return ScoringApplication.start(
                new HashMap<>(kafka),
                directory.resolve("scores"),
                ScoreSettings.of("sparse", Topics.IMAGES),
                OpenBlas::new,
                new TrainingListener() {});
    }

    private static void awaitStep(ScoringApplication application, long step) throws InterruptedException {
        Await.until("the model of step " + step, () -> {
            assertThat(application.failed()).isNotDone();
            return application.model() != null && application.model().step() >= step;
        });
    }

    /** Stamped with the model's step, and what that model makes of the image in a batch of many. */
    private void assertScores(PublishedModel model, List<ConsumerRecord<byte[], byte[]>> scores) throws Exception {
        Learner learner = model.learner(new OpenBlas());
        for (ConsumerRecord<byte[], byte[]> record : scores) {
            int index = Integer.parseInt(new String(record.key()).replace("mnist/test/", ""));
            MiniBatch batch = learner.newBatch();
            batch.add(digits.get(index));
            ForwardPass expected = learner.reconstruct(batch);
            JsonNode score = json(record);
            assertThat(score.get("model").asText()).isEqualTo("sparse");
            assertThat(score.get("step").asLong()).isEqualTo(model.step());
            assertThat(HeaderName.text(record.headers(), HeaderName.STEP)).isEqualTo("" + model.step());
            assertThat(HeaderName.text(record.headers(), HeaderName.SOURCE)).startsWith("images-0@");
            assertThat(score.get("mse").asDouble()).isCloseTo(expected.mse()[0], Offset.offset(1e-6));
            assertThat(score.get("code")).hasSize(30);
            for (int i = 0; i < 30; i++) {
                assertThat(score.get("code").get(i).asDouble())
                        .isCloseTo(expected.activations()[1][i], Offset.offset(1e-5));
            }
            byte[] greys = score.get("reconstruction").binaryValue();
            byte[] expectedGreys = Dtype.UINT8.encode(expected.reconstructions(), 0, 784);
            List<Integer> differences = new ArrayList<>();
            for (int i = 0; i < greys.length; i++) {
                differences.add(Math.abs((greys[i] & 0xff) - (expectedGreys[i] & 0xff)));
            }
            assertThat(differences).hasSize(784).allMatch(difference -> difference <= 1);
        }
    }

    private static Double anomaly(ConsumerRecord<byte[], byte[]> record) {
        JsonNode anomaly = json(record).get("anomaly");
        return anomaly.isNull() ? null : Double.valueOf(anomaly.asDouble());
    }

    private static JsonNode json(ConsumerRecord<byte[], byte[]> record) {
        try {
            return new ObjectMapper().readTree(record.value());
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
