package io.sparsestream.stream.rounds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.DeltaEncoding;
import io.sparsestream.learn.FakeLearner;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.OuterOptimizer;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.message.Answer;
import io.sparsestream.message.ControlResult;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import io.sparsestream.message.ReconstructionFormat;
import io.sparsestream.message.ReplicaKey;
import io.sparsestream.message.Unit;
import io.sparsestream.message.Update;
import io.sparsestream.model.Checkpoint;
import io.sparsestream.model.Chunks;
import io.sparsestream.model.ModelException;
import io.sparsestream.stream.FakeFlow;
import io.sparsestream.stream.FakeLog;
import io.sparsestream.stream.Keep;
import io.sparsestream.stream.Nodes;
import io.sparsestream.stream.OnGap;
import io.sparsestream.stream.RestoredStore;
import io.sparsestream.stream.Round;
import io.sparsestream.stream.TaskHarness;
import io.sparsestream.stream.TaskSettings;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.support.LogLines;
import io.sparsestream.topic.Topics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Several replicas of one model. The test driver has one task, so of the replicas it has that of partition 0, and the
 * averager; what the others send is written here. What it sends to itself it gets at once.
 */
class RoundsTopologyTest {
    private static final Topics TOPICS = new Topics("fake");
    private static final TopicPartition IMAGES = new TopicPartition(Topics.IMAGES, 0);
    private static final TopicPartition UPDATES = new TopicPartition(TOPICS.updates(), 0);
    private static final TopicPartition GLOBALS = new TopicPartition(TOPICS.globals(), 0);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Of no tensor of the model. */
    private static final Manifest.Entry OTHER = new Manifest.Entry("w", List.of(1), "float32", 1, 0);

    private final FakeLog log = new FakeLog();
    private final List<Round> rounds = new ArrayList<>();
    private final List<Long> waits = new ArrayList<>(); // ns from an update to its answer
    private final TrainingListener listener = new TrainingListener() {
        @Override
        public void onRound(Round round) {
            rounds.add(round);
        }

        @Override
        public void onAnswer(long round, long nanos) {
            waits.add(nanos);
        }

        @Override
        public void onResume(Learner learner, long nanos) {
            replica = learner;
        }
    };
    private final FakeFlow flow = new FakeFlow();
    private final Map<String, byte[]> sent = new TreeMap<>(); // by the replica, since it was last asked for
    private final Map<Integer, Answer> answers = new TreeMap<>(); // by replica, since they were last asked for
    private final Map<String, byte[]> newest = new TreeMap<>(); // answer's records
    private Learner replica; // of partition 0
    private Sync sync = new Sync(2, TIMEOUT, 1, 0, DeltaEncoding.FLOAT32);
    private int partitions = 3;
    private Supplier<Learner> learners = FakeLearner::new;
    private OnGap onGap = OnGap.FAIL;
    private TopologyTestDriver driver;
    private TestInputTopic<byte[], byte[]> images;
    private TestInputTopic<byte[], byte[]> updates;
    private TestInputTopic<byte[], byte[]> control;

    @BeforeEach
    void start() {
        start(Map.of(), Map.of());
    }

    private void start(Map<String, byte[]> checkpoint, Map<String, byte[]> averager) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, TOPICS.applicationId());
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        driver = new TopologyTestDriver(
                RoundsTopology.of(
                        settings(),
                        new Replication(partitions, sync),
                        () -> learners.get(),
                        log,
                        flow,
                        listener,
                        new RestoredStore(Topics.CHECKPOINT_STORE, checkpoint),
                        new RestoredStore(Nodes.ROUNDS, averager)),
                properties);
        images = input(Topics.IMAGES);
        updates = input(TOPICS.updates());
        control = input(Topics.CONTROL);
    }

    private TestInputTopic<byte[], byte[]> input(String topic) {
        return driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private TestOutputTopic<byte[], byte[]> output(String topic) {
        return driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private TaskSettings settings() {
        return new TaskSettings(
                TOPICS,
                Topics.IMAGES,
                Duration.ofSeconds(5),
                new Keep(2, 0),
                Duration.ofSeconds(1),
                InputFormat.AUTO,
                ReconstructionFormat.UINT8,
                Optional.empty(),
                onGap);
    }

    @AfterEach
    void stop() {
        if (driver != null) {
            driver.close();
        }
    }

    @Test
    void descriptionIsThatOfTheGoldenFile() throws IOException {
        String golden = Files.readString(Path.of("src/test/resources/topology-of-replicas.txt"));
        assertThat(RoundsTopology.of(
                                settings(), new Replication(partitions, sync), FakeLearner::new, log, flow, listener)
                        .describe()
                        .toString())
                .isEqualTo(golden);
    }

    @Nested
    class TheAverager {
        @Nested
        class Rounds {
            @Test
            void closesARoundWhenAllHaveSentAndAnswersEachWithTheWeightedAverage() {
                float before = new FakeLearner().state().parameter("w_e_1")[0];
                update(1, 0, 120, 1f);
                update(2, 0, 60, 4f);
                assertThat(answers()).isEmpty();
                update(0, 0, 60, 2f);

                Map<Integer, Answer> answers = answers();
                assertThat(answers).containsOnlyKeys(0, 1, 2);
                assertThat(answers.get(1).round()).isEqualTo(1);
                assertThat(global()).isEqualTo(before + (120 * 1 + 60 * 4 + 60 * 2) / 240f);
                assertThat(rounds).hasSize(1);
                assertThat(rounds.get(0).late()).isEmpty();
                assertThat(rounds.get(0).missing()).isEmpty();
                assertThat(rounds.get(0).divergence()).containsOnlyKeys(0, 1, 2);
                Manifest published = published();
                assertThat(published.step()).as("steps of all of them").isEqualTo(80);
                assertThat(published.images()).isEqualTo(240);
            }

            /** Before, within and behind updates, and read again after a restart. */
            @Test
            void whatNoReplicaHasWrittenIsPassedOverAndTold() {
                float before = new FakeLearner().state().parameter("w_e_1")[0];
                try (LogLines lines = new LogLines(ForeignRecords.class)) {
                    List<TestRecord<byte[], byte[]>> first = records(1, false, 0, 60, 1f);
                    pipe(first.get(0));
                    foreignUpdates().forEach(RoundsTopologyTest.this::pipe);
                    first.subList(1, first.size()).forEach(RoundsTopologyTest.this::pipe);
                    update(2, 0, 60, 4f);
                    restart();
                    foreignUpdates().forEach(RoundsTopologyTest.this::pipe);
                    update(0, 0, 60, 1f);

                    assertThat(answers()).containsOnlyKeys(0, 1, 2);
                    assertThat(global()).isEqualTo(before + (1 + 4 + 1) / 3f);
                    assertThat(lines.lines())
                            .first()
                            .asString()
                            .startsWith(
                                    "model fake: the record at offset 1 of topic updates.fake is none of the model's"
                                            + " and is passed over (it has no value, or no key of an update), 1 so far");
                }
            }

            @Test
            void theOuterStepHasNesterovMomentum() {
                driver.close();
                partitions = 2;
                sync = new Sync(
                        2, TIMEOUT, OuterOptimizer.LEARNING_RATE, OuterOptimizer.MOMENTUM, DeltaEncoding.FLOAT32);
                start(Map.of(), Map.of());
                float before = new FakeLearner().state().parameter("w_e_1")[0];

                update(0, 0, 60, 1f);
                update(1, 0, 60, 1f);
                float first = before + 0.5f * (1 + 0.9f * 1);
                assertThat(global()).isCloseTo(first, within(1e-6f));
                restart();
                update(0, 1, 60, 1f);
                update(1, 1, 60, 1f);
                assertThat(global())
                        .as("the velocity has outlived the restart")
                        .isCloseTo(first + 0.5f * (1 + 0.9f * 1.9f), within(1e-6f));
            }

            @Test
            void closesARoundWithoutThoseThatAreMissingWhenTheTimeHasPassed() {
                update(0, 0, 60, 1f);
                update(2, 0, 60, 1f);
                advance(TIMEOUT.minusMillis(200));
                assertThat(answers()).isEmpty();
                advance(Duration.ofMillis(300));
                assertThat(answers()).containsOnlyKeys(0, 2);
                assertThat(rounds.get(0).missing()).containsExactly(1);

                update(0, 1, 60, 1f);
                update(1, 0, 60, 1f);
                assertThat(answers()).isEmpty();
                update(2, 1, 60, 1f);
                assertThat(answers()).containsOnlyKeys(0, 1, 2);
                assertThat(rounds.get(1).late()).containsExactly(1);
            }

            @Test
            void waitsForeverWhereThereIsNoTimeout() {
                driver.close();
                sync = new Sync(2, Duration.ZERO, 1, 0, DeltaEncoding.FLOAT32);
                start(Map.of(), Map.of());
                update(0, 0, 60, 1f);
                advance(Duration.ofDays(1));
                assertThat(answers()).isEmpty();
            }

            @Test
            void doesNotWaitForOneThatHasNoMoreImages() {
                noMoreImages(1);
                assertThat(answers()).as("at once").containsOnlyKeys(1);

                update(0, 0, 60, 1f);
                lastUpdate(2, 0, 60, 1f);
                assertThat(answers()).containsOnlyKeys(0, 2);
                update(0, 1, 60, 1f);
                assertThat(answers()).containsOnlyKeys(0);
            }
        }

        @Nested
        class LossyAnswers {
            @Test
            void sayWhatHasChangedToThoseWhoHadTheRestAndEverythingToTheOthers() {
                driver.close();
                partitions = 2;
                sync = new Sync(2, TIMEOUT, 1, 0, DeltaEncoding.INT8);
                start(Map.of(), Map.of());
                update(0, 0, 60, 1f);
                advance(TIMEOUT.plusMillis(200));
                Answer first = answers().get(0);
                assertThat(first.base()).isZero();
                assertThat(first.tensors())
                        .isNotEmpty()
                        .allMatch(tensor -> tensor.dtype().equals("int8"));

                update(1, 0, 60, 1f);
                update(0, 1, 60, 1f);
                Map<Integer, Answer> second = answers();
                assertThat(second.get(0).base()).isEqualTo(1);
                assertThat(second.get(1).base()).isNull();
                assertThat(second.get(1).tensors())
                        .isNotEmpty()
                        .allMatch(tensor -> tensor.dtype().equals("float32"));

                noMoreImages(1);
                assertThat(answers().get(1).base()).as("of round 0").isNull();
            }
        }

        @Nested
        class Restarts {
            /** The updates topic is its write-ahead log, as the images topic is the replicas'. */
            @ParameterizedTest
            @ValueSource(booleans = {false, true})
            void readsTheOpenRoundAgainAfterARestart(boolean forgotten) {
                update(0, 0, 60, 1f);
                update(1, 0, 60, 2f);
                update(2, 0, 60, 3f);
                answers();
                List<TestRecord<byte[], byte[]>> half = records(1, false, 1, 60, 5f);
                pipe(half.get(0));
                update(0, 1, 60, 4f);
                restart(forgotten);

                assertThat(answers()).isEmpty();
                half.subList(1, half.size()).forEach(RoundsTopologyTest.this::pipe);
                assertThat(answers()).isEmpty();
                float before = new FakeLearner().state().parameter("w_e_1")[0] + 2;
                update(2, 1, 60, 6f);
                assertThat(answers()).containsOnlyKeys(0, 1, 2);
                assertThat(global()).isCloseTo(before + 5, within(1e-5f));
            }

            /** Updates of several replicas come interleaved. */
            @Test
            void addsNoUpdateTwiceWhoseRecordsStandAmongThoseOfAnother() {
                noMoreImages(1);
                noMoreImages(2);
                List<TestRecord<byte[], byte[]>> half = records(2, false, 0, 60, 4f);
                pipe(half.get(0));
                update(0, 0, 60, 1f);
                restart();
                half.subList(1, half.size()).forEach(RoundsTopologyTest.this::pipe);
                advance(TIMEOUT.plusMillis(200));
                assertThat(published().images()).isEqualTo(120);
                assertThat(rounds).hasSize(1);
            }

            @Test
            void keepsTheBeginningOfAnUpdateBehindOneThatSaidNothing() {
                update(0, 0, 60, 1f);
                noMoreImages(1);
                List<TestRecord<byte[], byte[]>> half = records(1, false, 0, 60, 4f);
                pipe(half.get(0));
                restart();
                half.subList(1, half.size()).forEach(RoundsTopologyTest.this::pipe);
                answers();
                update(2, 0, 60, 1f);
                assertThat(answers()).containsOnlyKeys(0, 1, 2);
                assertThat(published().images()).isEqualTo(180);
            }

            @ParameterizedTest
            @ValueSource(booleans = {false, true})
            void doesNotAnswerTwiceWhatItReadsAgain(boolean forgotten) {
                update(0, 0, 60, 1f);
                noMoreImages(1);
                assertThat(answers()).containsOnlyKeys(1);
                restart(forgotten);
                update(2, 0, 60, 1f);
                assertThat(answers()).containsOnlyKeys(0, 2);
            }

            @Test
            void anotherTopicOfUpdatesIsRefused() {
                update(0, 0, 60, 1f);
                log.recreate(TOPICS.updates());
                assertThatThrownBy(() -> restart(false))
                        .rootCause()
                        .isInstanceOf(ModelException.class)
                        .hasMessageStartingWith("topic updates.fake was deleted and created again")
                        .hasMessageEndingWith("restore the topic, or start a new --model");
                driver = null;
            }

            @Test
            void anotherOuterStepIsRefused() {
                update(0, 0, 60, 1f);
                Map<String, byte[]> rounds = content(Nodes.ROUNDS);
                driver.close();
                driver = null;
                log.commit(UPDATES, log.records(UPDATES).size());
                sync = new Sync(2, TIMEOUT, 0.7, 0.9, DeltaEncoding.FLOAT32);
                assertThatThrownBy(() -> start(Map.of(), rounds))
                        .rootCause()
                        .isInstanceOf(ModelException.class)
                        .hasMessageContaining("was started with --outer-learning-rate 1.0 --outer-momentum 0.0");
            }
        }

        @Nested
        class Steering {
            @Test
            void hyperparametersComeWithTheNextAnswerAndOutliveARestart() {
                tell("{\"command\": \"set\", \"hyperparameters\": {\"alpha\": 0.5}}");
                ControlResult result = controlResult();
                assertThat(result.refused()).isNull();
                assertThat(result.hyperparameters().alpha()).isEqualTo(0.5);
                restart();
                update(0, 0, 60, 1f);
                update(1, 0, 60, 1f);
                update(2, 0, 60, 1f);
                assertThat(answers().get(2).hyperparameters().alpha()).isEqualTo(0.5);
            }

            @Test
            void whatOneReplicaAloneCannotDoIsRefused() {
                for (String command : List.of("\"pause\"", "\"resume\"", "\"rollback\", \"step\": 0", "\"reset\"")) {
                    tell("{\"command\": " + command + "}");
                    assertThat(controlResult().refused())
                            .startsWith("a model that learns from several partitions takes only 'set', not '");
                }
                tell("{\"command\": \"set\", \"hyperparameters\": {\"batch\": 10}}");
                assertThat(controlResult().refused()).startsWith("batch cannot change while a model learns");
            }

            @Test
            void anotherTopicOfControlRecordsIsHeardFromItsBeginning() {
                update(0, 0, 60, 1f);
                log.recreate(Topics.CONTROL);
                restart();
                assertThat(flow.asked()).contains("seek control-0 0");
            }

            @Test
            void controlRecordsAreHeardAlsoWhereTheBrokerHasForgottenTheOffset() {
                update(0, 0, 60, 1f);
                restart(true);
                assertThat(flow.asked()).contains("seek control-0 0");
            }
        }
    }

    @Nested
    class AReplica {
        @BeforeEach
        void withOneOther() {
            driver.close();
            partitions = 2;
            start(Map.of(), Map.of());
        }

        @Nested
        class Rounds {
            @Test
            void sendsWhatItsStepsHaveChangedAndWaits() {
                float before = weight();
                image(5);
                assertThat(sent()).isEmpty();
                image(7);

                Map<String, byte[]> records = sent();
                Update update = Json.read(records.get("0/manifest"), Update.class);
                assertThat(update.round()).isZero();
                assertThat(update.steps()).isEqualTo(2);
                assertThat(update.images()).isEqualTo(6);
                assertThat(ByteBuffer.wrap(records.get("0/w_e_1"))
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .getFloat())
                        .isEqualTo(weight() - before);
                assertThat(replica.state().images()).as("the rest waits").isEqualTo(6);
                advance(Duration.ofSeconds(2));
                assertThat(reconstructions()).isEqualTo(6);
            }

            /** Another replica's records of the same units have other keys. */
            @Test
            void tellsItsUnitsUnderItsNumber() {
                image(7);
                output(TOPICS.units()).readRecordsToList();
                advance(Duration.ofSeconds(6));
                List<TestRecord<byte[], byte[]>> out = output(TOPICS.units()).readRecordsToList();
                assertThat(TaskHarness.keys(out)).containsExactly("0/h_e_1/0", "0/h_e_1/1");
                Unit unit = Json.read(out.get(0).value(), Unit.class);
                assertThat(unit.replica()).isZero();
                assertThat(unit.images()).isEqualTo(6);
                assertThat(unit.top()).hasSize(5); // of six images; the first is black
            }

            @Test
            void goesOnFromTheAnswerWithWhatHasWaited() {
                image(9);
                float after = weight();
                update(1, 0, 6, 10f);

                assertThat(replica.state().images()).isEqualTo(9);
                assertThat(reconstructions()).isEqualTo(9);
                assertThat(global()).isNotEqualTo(after);
                float expected = global();
                for (int i = 6; i < 9; i++) {
                    expected = expected * 0.9f + i / 255f;
                }
                assertThat(replica.state().parameter("w_e_1")[0]).isCloseTo(expected, within(1e-6f));
            }

            @Test
            void fetchesNoMoreThanItsNextStepsNeedWhileItWaits() {
                image(6 + 4095);
                assertThat(flow.fetching()).isEqualTo("resumed images-0");
                image(1);
                assertThat(flow.fetching()).isEqualTo("paused images-0");
                update(1, 0, 6, 1f);
                assertThat(flow.fetching()).isEqualTo("resumed images-0");
            }

            /** Whoever waits for an answer. */
            @Test
            void whatTheAveragerHasNotWrittenIsPassedOverAndTold() {
                image(6);
                try (LogLines lines = new LogLines(ForeignRecords.class)) {
                    for (TestRecord<byte[], byte[]> record : foreignAnswers()) {
                        log.add(GLOBALS, record);
                        input(TOPICS.globals()).pipeInput(record);
                    }
                    assertThat(waits).as("not answered yet").isEmpty();
                    assertThat(lines.lines())
                            .first()
                            .asString()
                            .startsWith(
                                    "model fake: the record at offset 0 of topic globals.fake is none of the model's"
                                            + " and is passed over (it has no value, or no key of an answer to replica 0)");
                }
                update(1, 0, 6, 1f);
                assertThat(waits).hasSize(1);
                Map<String, Object> state = state();
                restart();
                assertThat(state()).isEqualTo(state);
            }
        }

        @Nested
        class WithoutImages {
            @Test
            void sendsWhatItHasWhenNoMoreImagesComeAndIsNotWaitedForAgain() {
                image(4);
                advance(Duration.ofMillis(1200));
                Update update = Json.read(sent().get("0/manifest"), Update.class);
                assertThat(update.idle()).isTrue();
                assertThat(update.images()).isEqualTo(3);
                assertThat(reconstructions()).isEqualTo(4);
                update(1, 0, 6, 1f);
                assertThat(published().images()).isEqualTo(9);
                update(1, 1, 6, 1f);
                assertThat(answers()).containsKey(1);

                advance(Duration.ofMinutes(1));
                assertThat(sent()).isEmpty();
                image(2);
                advance(Duration.ofMillis(1200));
                assertThat(sent()).as("it has trained again").containsKey("0/manifest");
            }

            @Test
            void isNotIdleWhileThereAreImagesThatTakeLongToFetch() {
                flow.setAtEnd(false);
                image(4);
                advance(Duration.ofMinutes(1));
                assertThat(sent()).isEmpty();

                flow.setAtEnd(true);
                advance(Duration.ofMillis(200));
                assertThat(Json.read(sent().get("0/manifest"), Update.class).idle())
                        .isTrue();
            }

            @Test
            void sendsNothingEarlyWhereNothingMayDependOnAClock() {
                driver.close();
                sync = new Sync(2, Duration.ZERO, 1, 0, DeltaEncoding.FLOAT32);
                start(Map.of(), Map.of());
                image(4);
                advance(Duration.ofHours(1));
                assertThat(sent()).isEmpty();
            }
        }

        @Nested
        class Restarts {
            @ParameterizedTest
            @ValueSource(booleans = {false, true})
            void isTheSameAfterARestartWhereverItWas(boolean forgotten) {
                for (int committedAnswer = 0; committedAnswer < 2; committedAnswer++) {
                    stop();
                    log.clear();
                    start(Map.of(), Map.of());
                    image(4);
                    advance(Duration.ofMillis(500));
                    image(7); // 6 trained, 5 wait
                    if (committedAnswer == 1) {
                        update(1, 0, 6, 1f);
                    }
                    Map<String, Object> before = state();
                    long trained = replica.state().images();
                    log.clearCommitted();
                    restart(forgotten);
                    assertThat(replica.state().images()).isEqualTo(trained);
                    assertThat(state()).isEqualTo(before);
                    assertThat(reconstructions()).as("what was emitted").isZero();

                    // And it goes on in the same way.
                    if (committedAnswer == 0) {
                        update(1, 0, 6, 1f);
                    }
                    assertThat(replica.state().images()).isEqualTo(9);
                    image(1);
                    assertThat(replica.state().images()).isEqualTo(12);
                }
            }

            @Test
            void whatItWaitsForCountsFromItsStart() {
                image(6);
                restart();
                long start = System.nanoTime();
                update(1, 0, 6, 1f);
                assertThat(waits).hasSize(1);
                assertThat(waits.get(0))
                        .isLessThan(System.nanoTime()
                                - start
                                + Duration.ofMinutes(1).toNanos());
            }

            /** With what int8 loses, and with the newest checkpoint made while it waited in one of the rounds, or in none. */
            @ParameterizedTest
            @ValueSource(ints = {-1, 0, 1, 2})
            void repeatsRoundsAfterARestartBitForBit(int checkpointed) {
                driver.close();
                sync = new Sync(2, TIMEOUT, 0.7, 0.9, DeltaEncoding.INT8);
                start(Map.of(), Map.of());
                threeRounds(checkpointed);
                image(3);
                Map<String, Object> before = state();
                restart();
                assertThat(state()).isEqualTo(before);
                sent();
                image(3);
                Map<String, byte[]> afterRestart = sent();
                Map<String, byte[]> storedThen = newestArrays();

                log.clear();
                stop();
                start(Map.of(), Map.of());
                threeRounds(checkpointed);
                sent();
                image(6);
                assertThat(sent()).isNotEmpty().usingRecursiveComparison().isEqualTo(afterRestart);
                assertThat(newestArrays()).usingRecursiveComparison().isEqualTo(storedThen);
                assertThat(storedThen.get("residual.w_e_1"))
                        .as("something has been lost")
                        .isNotEqualTo(new byte[storedThen.get("residual.w_e_1").length]);
            }

            /** Thresholds are averaged like weights; what a replica counts of its units stays its own. */
            @ParameterizedTest
            @CsvSource({
                "4-8-3-8-4, topk:2/batchtopk:1, sigmoid",
                "4-8-3-8-4, jumprelu, sigmoid",
                "4-9-4, batchtopk:2, linear",
            })
            void repeatsRoundsOfEveryKind(String layers, String activation, String output) {
                Architecture architecture = Architecture.of(
                        Arrays.stream(layers.split("-")).map(Integer::valueOf).toArray(Integer[]::new));
                Hyperparameters hyperparameters = Hyperparameters.PLAIN.with(Map.of(
                        "batch",
                        Integer.toString(FakeLearner.BATCH),
                        "activation",
                        activation,
                        "output",
                        output,
                        "lambda",
                        "1e-3"));
                learners = () -> new Autoencoder(architecture, hyperparameters, new PortableProduct());
                repeatsRoundsAfterARestartBitForBit(1);
            }

            /** Of the checkpoint that comes now, while it waits. */
            private Map<String, byte[]> newestArrays() {
                advance(Duration.ofSeconds(6));
                Map<String, byte[]> content = content(Topics.CHECKPOINT_STORE);
                List<Manifest.Kept> kept = Json.read(content.get(Checkpoint.MANIFEST), Manifest.class)
                        .steering()
                        .kept();
                String prefix = kept.get(kept.size() - 1).number() + "/";
                Map<String, byte[]> arrays = new TreeMap<>();
                content.forEach((key, value) -> {
                    if (key.startsWith(prefix) && !key.endsWith(Checkpoint.MANIFEST)) {
                        arrays.put(key.substring(prefix.length()), value);
                    }
                });
                return arrays;
            }

            private void threeRounds(int checkpointed) {
                for (int round = 0; round < 3; round++) {
                    image(6);
                    if (round == checkpointed) {
                        advance(Duration.ofSeconds(6));
                    }
                    update(1, round, 6, 0.37f * round);
                }
            }

            @Test
            void anAnswerIsStoredEvenIfNoImageComesBehindIt() {
                driver.close();
                sync = new Sync(2, Duration.ZERO, 1, 0, DeltaEncoding.FLOAT32);
                start(Map.of(), Map.of());
                image(6);
                advance(Duration.ofSeconds(6));
                assertThat(stored().waiting()).isTrue();
                update(1, 0, 6, 1f);
                advance(Duration.ofSeconds(6));
                assertThat(stored().waiting()).isFalse();
                assertThat(stored().round()).isEqualTo(1);
            }

            private Manifest.Replica stored() {
                byte[] manifest = content(Topics.CHECKPOINT_STORE).get(Checkpoint.MANIFEST);
                return Json.read(manifest, Manifest.class).replica();
            }

            /** The averager's answers to what it can learn no more are not for it: it begins with the global parameters. */
            @ParameterizedTest
            @ValueSource(strings = {"FLOAT32", "INT8"})
            void goesOnFromTheGlobalParametersWhereItsGapWasPassedOver(DeltaEncoding encoding) {
                stop();
                sync = new Sync(2, TIMEOUT, 1, 0, encoding);
                start(Map.of(), Map.of());
                image(6);
                update(1, 0, 6, 10f);
                image(6);
                update(1, 1, 6, 20f);
                image(7);
                log.recreate(Topics.IMAGES);
                onGap = OnGap.CONTINUE;
                restart();
                sent();
                answers();
                image(3);
                assertThat(replica.state().images()).as("it waits").isZero();

                advance(Duration.ofMillis(200));
                Update asks = Json.read(sent().get("0/manifest"), Update.class);
                assertThat(asks.images()).isZero();
                assertThat(answers().get(0).base()).isNull();
                assertThat(replica.state().images())
                        .as("its checkpoint had none")
                        .isEqualTo(3);
                image(3);
                assertThat(Json.read(sent().get("0/manifest"), Update.class).round())
                        .as("of the round that it was answered with")
                        .isEqualTo(2);
            }

            @Test
            void anotherTopicOfAnswersIsRefused() {
                image(6);
                log.recreate(TOPICS.globals());
                assertThatThrownBy(() -> restart(false))
                        .rootCause()
                        .isInstanceOf(ModelException.class)
                        .hasMessageStartingWith("topic globals.fake was deleted and created again");
                driver = null;
            }

            @Test
            void otherUpdatesThanTheModelsAreRefused() {
                image(4);
                advance(Duration.ofMillis(1200));
                Map<String, byte[]> checkpoint = content(Topics.CHECKPOINT_STORE);
                stop();
                driver = null;
                log.commit(IMAGES, 4);
                sync = new Sync(3, TIMEOUT, 1, 0, DeltaEncoding.FLOAT32);
                assertThatThrownBy(() -> start(checkpoint, Map.of()))
                        .rootCause()
                        .isInstanceOf(ModelException.class)
                        .hasMessageContaining("start it with --sync-every 2 --update-encoding float32");
            }
        }
    }

    private static List<TestRecord<byte[], byte[]>> foreignUpdates() {
        List<Integer> layers = new FakeLearner().architecture().sizes();
        return foreign(List.of(
                new Update(1, 0, 1, 3, false, layers, List.of()),
                new Update(0, 0, 1, 3, false, layers, List.of()),
                new Update(0, 0, 1, -3, false, layers, List.of(OTHER)),
                new Update(0, 0, 1, 3, false, layers, List.of(OTHER))));
    }

    private static List<TestRecord<byte[], byte[]>> foreignAnswers() {
        Hyperparameters own = new FakeLearner().hyperparameters();
        return foreign(List.of(
                Answer.whole(1, own, List.of(OTHER)), Answer.since(0, 1, own.with(Map.of("batch", "7")), List.of())));
    }

    /** Whatever others may write to a topic of updates, or of answers. */
    private static List<TestRecord<byte[], byte[]>> foreign(List<?> manifests) {
        byte[] value = HeaderName.utf8("rubbish");
        List<TestRecord<byte[], byte[]>> records = new ArrayList<>();
        records.add(new TestRecord<>(null, value));
        for (String key : List.of(
                "",
                "rubbish",
                "0",
                "/",
                "x/w_e_1",
                "-1/w_e_1",
                "99999999999/w_e_1",
                "7/w_e_1",
                "7/manifest",
                "0/unknown")) {
            records.add(new TestRecord<>(HeaderName.utf8(key), value));
        }
        for (String name : List.of("w_e_1", Checkpoint.MANIFEST)) {
            records.add(new TestRecord<>(ReplicaKey.of(0, name), null));
        }
        for (byte[] json : Stream.concat(
                        Stream.of("rubbish", "null", "{}", "[1]").map(HeaderName::utf8),
                        manifests.stream().map(Json::write))
                .toList()) {
            records.add(new TestRecord<>(ReplicaKey.of(0, Checkpoint.MANIFEST), json));
        }
        return records;
    }

    /** As after a kill: new tasks on what was stored and committed. */
    private void restart() {
        restart(false);
    }

    /** @param forgotten whether the broker has forgotten what was committed */
    private void restart(boolean forgotten) {
        Map<String, byte[]> checkpoint = content(Topics.CHECKPOINT_STORE);
        Map<String, byte[]> averager = content(Nodes.ROUNDS);
        stop();
        for (TopicPartition partition : List.of(IMAGES, UPDATES, GLOBALS)) {
            if (!forgotten && !log.records(partition).isEmpty()) {
                log.commit(partition, log.records(partition).size());
            }
        }
        start(checkpoint, averager);
        // The driver counts offsets from 0 again, and hands over once more what was handed over before.
        for (TopicPartition partition : List.of(IMAGES, UPDATES, GLOBALS)) {
            TestInputTopic<byte[], byte[]> again = input(partition.topic());
            log.records(partition).forEach(again::pipeInput);
        }
    }

    private Map<String, byte[]> content(String store) {
        Map<String, byte[]> copy = new TreeMap<>();
        KeyValueStore<String, byte[]> found = driver.getKeyValueStore(store);
        found.all().forEachRemaining(entry -> copy.put(entry.key, entry.value.clone()));
        return copy;
    }

    /** Parameters, moments, averages and counts of partition 0's replica. */
    private Map<String, Object> state() {
        Map<String, Object> copy = new TreeMap<>();
        replica.state().values().forEach((name, values) -> copy.put(name, bits(values)));
        replica.state().averages().forEach((name, values) -> copy.put("average " + name, Arrays.toString(values)));
        copy.put("step", replica.state().step());
        copy.put("images", replica.state().images());
        return copy;
    }

    private static List<Integer> bits(float[] values) {
        return IntStream.range(0, values.length)
                .mapToObj(i -> Float.floatToIntBits(values[i]))
                .toList();
    }

    private float weight() {
        return replica.state().parameter("w_e_1")[0];
    }

    private void image(int count) {
        for (int i = 0; i < count; i++) {
            byte grey = (byte) log.records(IMAGES).size();
            TestRecord<byte[], byte[]> record =
                    new TestRecord<>(HeaderName.utf8("image"), new byte[] {grey, grey, grey, grey});
            log.add(IMAGES, record);
            images.pipeInput(record);
            drain();
        }
    }

    private void advance(Duration time) {
        driver.advanceWallClockTime(time);
        drain();
    }

    private void tell(String json) {
        control.pipeInput(HeaderName.utf8(TOPICS.model()), HeaderName.utf8(json));
    }

    private ControlResult controlResult() {
        List<TestRecord<byte[], byte[]>> results = output(TOPICS.activations()).readRecordsToList();
        assertThat(results).hasSize(1);
        return Json.read(results.get(0).value(), ControlResult.class);
    }

    /** Another replica's update, by which every parameter has changed as much. */
    private void update(int from, long round, int trained, float delta) {
        records(from, false, round, trained, delta).forEach(this::pipe);
    }

    private void lastUpdate(int from, long round, int trained, float delta) {
        records(from, true, round, trained, delta).forEach(this::pipe);
    }

    private void noMoreImages(int from) {
        records(from, true, 0, 0, 0).forEach(this::pipe);
    }

    private List<TestRecord<byte[], byte[]>> records(int from, boolean idle, long round, int trained, float delta) {
        Learner like = learners.get();
        List<TestRecord<byte[], byte[]>> records = new ArrayList<>();
        List<Manifest.Entry> entries = new ArrayList<>();
        if (trained > 0) {
            like.state().tensors().forEach(tensor -> {
                float[] values = new float[tensor.size()];
                Arrays.fill(values, delta);
                entries.add(Chunks.write(
                        tensor.name(),
                        tensor.shape(),
                        "float32",
                        Chunks.bytes(values),
                        (name, value) -> records.add(new TestRecord<>(ReplicaKey.of(from, name), value))));
            });
        }
        Update update = new Update(
                from,
                round,
                trained / FakeLearner.BATCH,
                trained,
                idle,
                like.architecture().sizes(),
                entries);
        records.add(new TestRecord<>(ReplicaKey.of(from, Checkpoint.MANIFEST), Json.write(update)));
        return records;
    }

    private void pipe(TestRecord<byte[], byte[]> record) {
        log.add(UPDATES, record);
        updates.pipeInput(record);
        drain();
    }

    /** What the topology has sent to itself stands on the topics, too. */
    private void drain() {
        for (TestRecord<byte[], byte[]> record : output(TOPICS.updates()).readRecordsToList()) {
            log.add(UPDATES, record);
            sent.put(text(record), record.value());
        }
        for (TestRecord<byte[], byte[]> record : output(TOPICS.globals()).readRecordsToList()) {
            log.add(GLOBALS, record);
            ReplicaKey key = ReplicaKey.read(record.key()).orElseThrow();
            newest.put(key.name(), record.value());
            if (key.name().equals(Checkpoint.MANIFEST)) {
                answers.put(key.replica(), Json.read(record.value(), Answer.class));
            }
        }
    }

    /** By replica, since they were last asked for. */
    private Map<Integer, Answer> answers() {
        Map<Integer, Answer> found = new TreeMap<>(answers);
        answers.clear();
        return found;
    }

    /** A parameter of the newest answer. */
    private float global() {
        return ByteBuffer.wrap(newest.get("w_e_1"))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getFloat();
    }

    /** Records of partition 0's replica by key, since they were last asked for. */
    private Map<String, byte[]> sent() {
        Map<String, byte[]> found = new TreeMap<>(sent);
        sent.clear();
        return found;
    }

    private Manifest published() {
        advance(Duration.ofSeconds(6));
        Manifest manifest = null;
        for (TestRecord<byte[], byte[]> record : output(TOPICS.parameters()).readRecordsToList()) {
            if (text(record).equals(Checkpoint.MANIFEST)) {
                manifest = Json.read(record.value(), Manifest.class);
            }
        }
        return manifest;
    }

    private int reconstructions() {
        return output(TOPICS.reconstructions()).readRecordsToList().size();
    }

    private static String text(TestRecord<byte[], byte[]> record) {
        return new String(record.key(), StandardCharsets.UTF_8);
    }
}
