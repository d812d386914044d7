package io.sparsestream.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.DeltaEncoding;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.OuterOptimizer;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.message.Control;
import io.sparsestream.message.ControlResult;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.Json;
import io.sparsestream.message.ReconstructionFormat;
import io.sparsestream.stream.Keep;
import io.sparsestream.stream.OnGap;
import io.sparsestream.stream.TaskSettings;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.stream.rounds.Sync;
import io.sparsestream.support.Await;
import io.sparsestream.support.OnRealBroker;
import io.sparsestream.topic.ControlTopic;
import io.sparsestream.topic.ModelTopic;
import io.sparsestream.topic.TopicSetup;
import io.sparsestream.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** Several replicas of one model on a real broker; {@code CrashIT} kills them as well. */
class ReplicasIT extends OnRealBroker {
    private static final int PARTITIONS = 3;
    private static final int EVERY = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Architecture SMALL = Architecture.of(784, 32, 784);

    private final Set<Integer> replicas = ConcurrentHashMap.newKeySet();
    private final Set<Integer> ended = ConcurrentHashMap.newKeySet();
    private final TrainingListener listener = new TrainingListener() {
        @Override
        public TrainingListener replica(int partition) {
            replicas.add(partition);
            return new TrainingListener() {
                @Override
                public void onEnd() {
                    ended.add(partition);
                }
            };
        }
    };
    private int sent;

    @Test
    void tasksMoveToATrainerThatJoinsAndFromOneThatLeavesAndEveryImageCountsOnce() throws Exception {
        TopicSetup.createImages(kafka, Topics.IMAGES, PARTITIONS);
        Trainer first = train("first", listener);
        try (first) {
            sendToEach(10 * BATCH / 2);
            awaitTrained();
            assertThat(replicas).containsExactlyInAnyOrder(0, 1, 2);
            try (Trainer second = train("second", new TrainingListener() {})) {
                sendToEach(10 * BATCH / 2);
                awaitTrained();
                Await.until("a part of the work for the newcomer", () -> !ended.isEmpty());
                first.close();
                sendToEach(10 * BATCH / 2);
                awaitTrained();
                assertThat(second.isRunning()).isTrue();
                assertThat(second.state()).isEqualTo(Trainer.State.RUNNING);
                assertThat(second.lag()).hasValue(0);
            }
        }
        assertEachIsReconstructedOnce();
        assertThat(read(TOPICS.activations()))
                .extracting(record -> Json.tree(record.value()).get("replica").asInt())
                .contains(0, 1, 2);
    }

    @Test
    void whatAllAreToldComesWithTheNextRoundAndOutlivesARestart() throws Exception {
        TopicSetup.createImages(kafka, Topics.IMAGES, PARTITIONS);
        try (Trainer trainer = train("first", listener);
                ControlTopic topic = new ControlTopic(kafka)) {
            sendToEach(2 * BATCH);
            awaitTrained();
            ControlResult paused =
                    topic.ask("sparse", Control.pause(), PATIENCE).orElseThrow();
            assertThat(paused.refused())
                    .isEqualTo("a model that learns from several partitions takes only 'set', not 'pause'");
            ControlResult set = topic.ask("sparse", Control.set(Map.of("alpha", "0.001")), PATIENCE)
                    .orElseThrow();
            assertThat(set.refused()).isNull();
            assertThat(set.images()).isEqualTo(sent);
        }
        try (Trainer trainer = train("first", listener)) {
            sendToEach(2 * BATCH);
            awaitTrained();
            assertThat(trainer.failed()).isNotDone();
            assertThat(ModelTopic.read(kafka, "sparse").hyperparameters().alpha())
                    .isEqualTo(0.001);
        }
    }

    private Trainer train(String state, TrainingListener listening) throws Exception {
        return Trainer.start(
                new TrainerSettings(
                        kafka,
                        directory.resolve(state),
                        new Sync(
                                EVERY,
                                Duration.ofSeconds(2),
                                OuterOptimizer.LEARNING_RATE,
                                OuterOptimizer.MOMENTUM,
                                DeltaEncoding.FLOAT16),
                        new TaskSettings(
                                new Topics("sparse"),
                                Topics.IMAGES,
                                Duration.ofMillis(500),
                                new Keep(1, 0),
                                SOON,
                                InputFormat.AUTO,
                                ReconstructionFormat.UINT8,
                                Optional.empty(),
                                OnGap.FAIL)),
                () -> new Autoencoder(SMALL, Hyperparameters.SPARSE, new PortableProduct()),
                listening);
    }

    private void sendToEach(int images) throws Exception {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < images * PARTITIONS; i++, sent++) {
            records.add(new ProducerRecord<>(
                    Topics.IMAGES,
                    sent % PARTITIONS,
                    HeaderName.utf8("mnist/test/" + sent),
                    digits.get(sent % digits.size())));
        }
        send(records);
    }

    /** All that has been sent stands in the published model. */
    private void awaitTrained() throws InterruptedException {
        await(
                TOPICS.parameters(),
                records -> !records.isEmpty()
                        && ModelTopic.read(kafka, "sparse").manifest().images() == sent);
        await(TOPICS.reconstructions(), sent);
    }

    private void assertEachIsReconstructedOnce() {
        List<ConsumerRecord<byte[], byte[]>> out = read(TOPICS.reconstructions());
        assertThat(out).hasSize(sent);
        Set<String> expected = new HashSet<>();
        for (int i = 0; i < sent; i++) {
            expected.add(HeaderName.source(Topics.IMAGES, i % PARTITIONS, i / PARTITIONS));
        }
        assertThat(new TreeSet<>(out.stream()
                        .map(record -> HeaderName.text(record.headers(), HeaderName.SOURCE))
                        .toList()))
                .isEqualTo(new TreeSet<>(expected));
    }
}
