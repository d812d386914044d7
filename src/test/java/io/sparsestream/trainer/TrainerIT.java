package io.sparsestream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.nd4j.OpenBlas;
import io.sparsestream.message.Control;
import io.sparsestream.message.ControlResult;
import io.sparsestream.message.HeaderName;
import io.sparsestream.model.ModelException;
import io.sparsestream.stream.OnGap;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.support.OnRealBroker;
import io.sparsestream.topic.ControlTopic;
import io.sparsestream.topic.ModelTopic;
import io.sparsestream.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** The trainer on a real broker with real images. */
class TrainerIT extends OnRealBroker {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void everyImageTrainsOnceAndIsReconstructedOnceAcrossARestartInMidBatch() throws Exception {
        int images = 1000;
        List<ProducerRecord<byte[], byte[]>> bad = List.of(
                new ProducerRecord<>(Topics.IMAGES, null, HeaderName.utf8("short"), new byte[] {1, 2, 3}),
                new ProducerRecord<>(Topics.IMAGES, null, null, new byte[100_000]),
                new ProducerRecord<>(Topics.IMAGES, null, HeaderName.utf8("none"), null));
        int sent = 530; // 8 steps, 50 images pending
        try (Trainer trainer = train(NEVER)) {
            send(0, 100);
            send(bad.get(0));
            send(100, 110);
            send(bad.get(1));
            send(110, sent);
            await(TOPICS.reconstructions(), 480);
            assertThat(trainer.isRunning()).isTrue();
            assertThat(trainer.state()).isEqualTo(Trainer.State.RUNNING);
            assertThat(trainer.lag()).hasValue(0);
        }
        try (Trainer trainer = train(SOON)) {
            await(TOPICS.reconstructions(), sent);
            send(bad.get(2));
            send(sent, images);
            await(TOPICS.reconstructions(), images);
            await(TOPICS.parameters(), published -> step() == images / BATCH);
            assertThat(trainer.failed()).isNotDone();
        }

        List<ConsumerRecord<byte[], byte[]>> out = read(TOPICS.reconstructions());
        assertThat(out).hasSize(images);
        assertThat(out)
                .extracting(record -> HeaderName.text(record.headers(), HeaderName.SOURCE))
                .containsExactlyElementsOf(LongStream.range(0, images + bad.size())
                        .filter(offset -> offset != 100 && offset != 111 && offset != sent + 2)
                        .mapToObj(offset -> "images-0@" + offset)
                        .toList());
        assertDeadLetters(bad);
        assertIsUninterrupted(images);
    }

    private void assertDeadLetters(List<ProducerRecord<byte[], byte[]>> bad) {
        List<ConsumerRecord<byte[], byte[]>> dead = read(TOPICS.deadLetters());
        assertThat(dead).hasSize(bad.size());
        for (int i = 0; i < bad.size(); i++) {
            assertThat(dead.get(i).key()).isEqualTo(bad.get(i).key());
            assertThat(dead.get(i).value()).isEqualTo(bad.get(i).value());
            assertThat(HeaderName.text(dead.get(i).headers(), HeaderName.REASON))
                    .isNotEmpty();
        }
    }

    @Test
    void anotherNumberOfPartitionsThanTheModelHasLearnedFromIsRefused() throws Exception {
        try (Trainer trainer = train(SOON)) {
            send(0, 1);
            await(TOPICS.reconstructions(), 1);
        }
        try (Admin admin = Admin.create(kafka)) {
            admin.createPartitions(Map.of(Topics.IMAGES, NewPartitions.increaseTo(3)))
                    .all()
                    .get();
        }
        assertThatThrownBy(() -> train(SOON))
                .isInstanceOf(ModelException.class)
                .hasMessage("model sparse has learned from 1 partitions, but topic images has 3: "
                        + "choose another --model name, or another --topic");
    }

    @Test
    void otherHyperparametersOnTheSameModelAreRefused() throws Exception {
        try (Trainer trainer = train(SOON)) {
            send(0, 1);
            await(TOPICS.reconstructions(), 1);
        }
        try (Trainer trainer = Trainer.start(
                settings(SOON, OnGap.FAIL),
                () -> new Autoencoder(Architecture.DEFAULT, Hyperparameters.PLAIN, new OpenBlas()),
                new TrainingListener() {})) {
            assertThatThrownBy(() -> trainer.failed().get())
                    .hasStackTraceContaining("model sparse was started with layers=784-300-30-300-784 batch=60 ")
                    .hasStackTraceContaining("start it with these and change them with 'set'");
            assertThat(trainer.state()).isEqualTo(Trainer.State.FAILED);
        }
    }

    @Test
    void aChangeIsAnsweredTakesEffectInMidBatchAndOutlivesARestart() throws Exception {
        Map<String, String> changes = Map.of("beta", "0.0075", "learning-rate", "0.003");
        try (Trainer trainer = train(SOON);
                ControlTopic topic = new ControlTopic(kafka)) {
            send(0, 130);
            await(TOPICS.reconstructions(), 130);

            ControlResult refused = topic.ask("sparse", Control.set(Map.of("rho", "2")), PATIENCE)
                    .orElseThrow();
            assertThat(refused.refused()).startsWith("rho must be between 0 and 1");
            ControlResult result =
                    topic.ask("sparse", Control.set(changes), PATIENCE).orElseThrow();

            assertThat(result.refused()).isNull();
            assertThat(result.step()).isEqualTo(2);
            assertThat(result.hyperparameters()).isEqualTo(Hyperparameters.SPARSE.with(changes));
            assertThat(result.source()).isEqualTo("control-0@1");
            send(130, 200);
            await(TOPICS.reconstructions(), 200);
            assertThat(trainer.failed()).isNotDone();
        }
        try (Trainer trainer = train(SOON);
                ControlTopic topic = new ControlTopic(kafka)) {
            send(200, 300);
            await(TOPICS.parameters(), published -> step() == 5);
            assertThat(trainer.failed()).isNotDone();
            assertThatThrownBy(() -> topic.ask("nobody", Control.set(changes), PATIENCE))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("no trainer of a model 'nobody' has run there");
        }
        assertIsUninterrupted(300, 2, changes);
    }

    /** Paused and resumed on a real consumer, which must fetch control records meanwhile, and no images. */
    @Test
    void aPauseHoldsTheImagesAndOutlivesARestart() throws Exception {
        try (Trainer trainer = train(SOON);
                ControlTopic topic = new ControlTopic(kafka)) {
            send(0, 130);
            await(TOPICS.reconstructions(), 130);
            assertThat(topic.ask("sparse", Control.pause(), PATIENCE)
                            .orElseThrow()
                            .step())
                    .isEqualTo(2);
            assertThat(trainer.state()).isEqualTo(Trainer.State.PAUSED);
            for (int i = 130; i < digits.size(); i += 1000) { // more than Kafka Streams' buffer holds
                send(i, Math.min(i + 1000, digits.size()));
            }
            assertThat(topic.ask("sparse", Control.set(Map.of("rho", "0.03")), PATIENCE)
                            .orElseThrow()
                            .step())
                    .as("what is said meanwhile is heard")
                    .isEqualTo(2);
        }
        try (Trainer trainer = train(SOON);
                ControlTopic topic = new ControlTopic(kafka)) {
            assertThat(topic.ask("sparse", Control.set(Map.of("rho", "0.02")), PATIENCE)
                            .orElseThrow()
                            .step())
                    .isEqualTo(2);
            assertThat(trainer.state()).isEqualTo(Trainer.State.PAUSED);
            assertThat(read(TOPICS.reconstructions())).hasSize(130);

            topic.ask("sparse", Control.resume(), PATIENCE).orElseThrow();
            await(TOPICS.reconstructions(), digits.size());
            assertThat(trainer.state()).isEqualTo(Trainer.State.RUNNING);
            await(TOPICS.parameters(), published -> step() == digits.size() / BATCH);
            assertThat(trainer.failed()).isNotDone();
        }
        assertThat(read(TOPICS.reconstructions())).hasSize(digits.size());
        assertIsUninterrupted(digits.size());
    }

    @Test
    void imagesThatRetentionDeletesBeforeTheyAreTrainedOnAreNotPassedOverSilently() throws Exception {
        try (Trainer trainer = train(SOON)) {
            send(0, 60);
            await(TOPICS.reconstructions(), 60);
            await(TOPICS.parameters(), published -> step() == 1);
        }
        send(60, 200);
        try (Admin admin = Admin.create(kafka)) {
            admin.deleteRecords(Map.of(new TopicPartition(Topics.IMAGES, 0), RecordsToDelete.beforeOffset(80)))
                    .all()
                    .get();
        }
        try (Trainer trainer = train(SOON)) {
            assertThatThrownBy(() -> trainer.failed().get(60, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("have been deleted from topic images by retention")
                    .hasMessageEndingWith("--on-gap=continue");
        }

        AtomicLong skipped = new AtomicLong();
        TrainingListener counting = new TrainingListener() {
            @Override
            public void onSkip(long offsets) {
                skipped.addAndGet(offsets);
            }
        };
        try (Trainer trainer = train(settings(SOON, OnGap.CONTINUE), counting)) {
            await(TOPICS.parameters(), published -> step() == 3);
            assertThat(trainer.failed()).isNotDone();
        }
        assertThat(skipped).hasValue(20);
        assertThat(read(TOPICS.reconstructions())).hasSize(180);
    }

    @Test
    void aModelThatWasNeverPublishedIsNamed() {
        assertThatThrownBy(() -> ModelTopic.read(kafka, "nobody"))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("no model 'nobody' has been published");
    }
}
