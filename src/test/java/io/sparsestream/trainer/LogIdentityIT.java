package io.sparsestream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparsestream.learn.nd4j.OpenBlas;
import io.sparsestream.message.HeaderName;
import io.sparsestream.score.ScoreSettings;
import io.sparsestream.score.ScoringApplication;
import io.sparsestream.stream.OnGap;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.support.Await;
import io.sparsestream.support.OnRealBroker;
import io.sparsestream.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.junit.jupiter.api.Test;

/** What a trainer and a scoring application do on a broker that has forgotten their offsets, or has another log for them. */
class LogIdentityIT extends OnRealBroker {
    private static final int FIRST = 130;
    private static final int ALL = 200;

    private final AtomicLong skipped = new AtomicLong();
    private final TrainingListener counting = new TrainingListener() {
        @Override
        public void onSkip(long offsets) {
            skipped.addAndGet(offsets);
        }
    };

    @Test
    void offsetsThatTheBrokerHasForgottenAreNotMissed() throws Exception {
        try (Trainer trainer = train(SOON)) {
            send(0, FIRST);
            await(TOPICS.reconstructions(), FIRST);
            try (ScoringApplication scores = score()) {
                await(TOPICS.scores(), FIRST);
            }
        }
        try (Admin admin = Admin.create(kafka)) {
            admin.deleteConsumerGroups(List.of(TOPICS.applicationId(), TOPICS.scoreApplicationId()))
                    .all()
                    .get();
        }
        send(FIRST, ALL);
        try (Trainer trainer = train(SOON);
                ScoringApplication scores = score()) {
            await(TOPICS.reconstructions(), ALL);
            await(TOPICS.scores(), ALL);
            await(TOPICS.parameters(), published -> step() == ALL / BATCH);
            assertThat(trainer.failed()).isNotDone();
        }
        assertThat(keys(TOPICS.reconstructions())).isEqualTo(digits(0, ALL));
        assertThat(keys(TOPICS.scores())).isEqualTo(digits(0, ALL));
        assertIsUninterrupted(ALL);
    }

    @Test
    void aTopicThatWasCreatedAgainIsRefusedOrLearnedFromTheBeginning() throws Exception {
        try (Trainer trainer = train(SOON)) {
            send(0, FIRST);
            await(TOPICS.reconstructions(), FIRST);
            try (ScoringApplication scores = score()) {
                await(TOPICS.scores(), FIRST);
            }
        }
        createAgain(Map.of());
        send(1000, 1000 + ALL); // more than the old one had
        try (Trainer trainer = train(SOON)) {
            assertThatThrownBy(() -> trainer.failed().get(60, TimeUnit.SECONDS))
                    .hasStackTraceContaining(
                            "topic images was deleted and created again: model sparse has read the one")
                    .hasStackTraceContaining("--on-gap=continue");
        }
        for (int i = 0; i < 2; i++) { // once more: it is not counted again
            try (Trainer trainer = train(settings(SOON, OnGap.CONTINUE), counting);
                    ScoringApplication scores = score()) {
                await(TOPICS.reconstructions(), FIRST + ALL);
                await(TOPICS.scores(), FIRST + ALL);
                await(TOPICS.parameters(), published -> step() == FIRST / BATCH + ALL / BATCH);
                assertThat(trainer.failed()).isNotDone();
            }
        }
        assertThat(skipped).hasValue(FIRST - FIRST / BATCH * BATCH);
        assertThat(keys(TOPICS.reconstructions()).subList(FIRST, FIRST + ALL)).isEqualTo(digits(1000, 1000 + ALL));
        assertThat(keys(TOPICS.scores()).subList(FIRST, FIRST + ALL)).isEqualTo(digits(1000, 1000 + ALL));
    }

    /** Stopped before the first image of the new topic has come. */
    @Test
    void scoresOfATopicThatWasCreatedAgainBeginWithItsFirstImage() throws Exception {
        try (Trainer trainer = train(SOON)) {
            send(0, FIRST);
            await(TOPICS.reconstructions(), FIRST);
            await(TOPICS.parameters(), 1);
        }
        try (ScoringApplication scores = score()) {
            await(TOPICS.scores(), FIRST);
        }
        createAgain(Map.of());
        try (ScoringApplication scores = score()) {
            await(TOPICS.scores(), FIRST);
            Await.pass("it is to start; nothing tells when it has", Duration.ofSeconds(5));
        }
        send(1000, 1000 + ALL);
        try (ScoringApplication scores = score()) {
            await(TOPICS.scores(), FIRST + ALL);
        }
        assertThat(keys(TOPICS.scores()).subList(FIRST, FIRST + ALL)).isEqualTo(digits(1000, 1000 + ALL));
    }

    /** As a process that was stopped for some seconds: the consumer would go on at its offset in the new topic. */
    @Test
    void nothingIsLearnedFromAnotherTopicAfterAPause() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        TrainingListener holding = new TrainingListener() {
            @Override
            public void onReconstruction(long latencyMillis) {
                held.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
        try (Trainer trainer = train(settings(SOON, OnGap.FAIL), holding)) {
            send(0, BATCH);
            held.await();
            createAgain(Map.of());
            send(1000, 1000 + 4 * ALL);
            Await.pass("a pause after which topics are looked at again", Duration.ofMillis(1500));
            goOn.countDown();
            assertThatThrownBy(() -> trainer.failed().get(60, TimeUnit.SECONDS))
                    .hasStackTraceContaining("topic images has been deleted and created again");
        }
        assertThat(keys(TOPICS.reconstructions())).isSubsetOf(digits(0, BATCH));
    }

    @Test
    void imagesOfAnyTimeAreReconstructedAndScoredOnceAndKeepTheirTime() throws Exception {
        try (Admin admin = Admin.create(kafka)) {
            admin.createTopics(List.of(new NewTopic(Topics.IMAGES, Optional.of(1), Optional.empty())
                            .configs(Map.of(
                                    TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG,
                                    Long.toString(Long.MAX_VALUE),
                                    TopicConfig.RETENTION_MS_CONFIG,
                                    "-1"))))
                    .all()
                    .get();
        }
        long now = System.currentTimeMillis();
        long[] times = {0, now - TimeUnit.DAYS.toMillis(365), now + TimeUnit.HOURS.toMillis(2), now * 1_000_000};
        for (int i = 0; i < BATCH; i++) {
            long time = times[i % times.length];
            send(new ProducerRecord<>(Topics.IMAGES, 0, time, HeaderName.utf8("mnist/test/" + i), digits.get(i)));
        }
        send(new ProducerRecord<>(Topics.IMAGES, 0, times[3], HeaderName.utf8("bad"), new byte[1]));
        try (Trainer trainer = train(SOON);
                ScoringApplication scores = score()) {
            await(TOPICS.reconstructions(), BATCH);
            await(TOPICS.deadLetters(), 1);
            await(TOPICS.scores(), BATCH);
            assertThat(trainer.failed()).isNotDone();
        }
        for (String topic : List.of(TOPICS.reconstructions(), TOPICS.deadLetters(), TOPICS.scores())) {
            List<ConsumerRecord<byte[], byte[]>> out = read(topic);
            assertThat(out).allSatisfy(record -> {
                assertThat(record.timestamp()).as(topic).isBetween(now - 60_000, now + 600_000);
                long own = Long.parseLong(HeaderName.text(record.headers(), HeaderName.IMAGE_TIMESTAMP));
                assertThat(own).as(topic).isIn(times[0], times[1], times[2], times[3]);
            });
        }
        assertIsUninterrupted(BATCH);
    }

    private ScoringApplication score() throws Exception {
        return ScoringApplication.start(
                new HashMap<>(kafka),
                directory.resolve("scores"),
                ScoreSettings.of("sparse", Topics.IMAGES),
                OpenBlas::new,
                new TrainingListener() {});
    }

    private List<String> keys(String topic) {
        return read(topic).stream().map(record -> new String(record.key())).toList();
    }

    private static List<String> digits(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "mnist/test/" + i).toList();
    }

    /** Deletes the images topic and creates it again. */
    private void createAgain(Map<String, String> config) throws Exception {
        try (Admin admin = Admin.create(kafka)) {
            admin.deleteTopics(List.of(Topics.IMAGES)).all().get();
            NewTopic again = new NewTopic(Topics.IMAGES, Optional.of(1), Optional.empty()).configs(config);
            Await.until("the name to be free again", () -> {
                try {
                    admin.createTopics(List.of(again)).all().get();
                    return true;
                } catch (ExecutionException e) {
                    assertThat(e.getCause()).isInstanceOf(TopicExistsException.class);
                    return false;
                }
            });
        }
    }
}
