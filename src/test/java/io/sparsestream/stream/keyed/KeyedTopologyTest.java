package io.sparsestream.stream.keyed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.message.Anomaly;
import io.sparsestream.message.Dtype;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import io.sparsestream.message.Reason;
import io.sparsestream.message.ReconstructionFormat;
import io.sparsestream.model.ModelException;
import io.sparsestream.stream.FakeFlow;
import io.sparsestream.stream.FakeLog;
import io.sparsestream.stream.Keep;
import io.sparsestream.stream.OnGap;
import io.sparsestream.stream.RestoredStore;
import io.sparsestream.stream.TaskSettings;
import io.sparsestream.topic.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Many models on real, small learners: each is compared with a learner that was fed by hand. */
class KeyedTopologyTest {
    private static final Topics TOPICS = new Topics("small");
    private static final TopicPartition SOURCE = new TopicPartition(Topics.IMAGES, 0);
    private static final Hyperparameters HYPERPARAMETERS = Hyperparameters.SPARSE.with(Map.of("batch", "4"));
    private static final int BATCH = HYPERPARAMETERS.batch();
    private static final Duration WAIT = Duration.ofSeconds(1);
    private static final Duration CHECKPOINT = Duration.ofSeconds(5);

    private final FakeLog log = new FakeLog();
    private final FakeFlow flow = new FakeFlow();
    private final Random random = new Random(1);
    private OnGap onGap = OnGap.FAIL;
    private int inMemory = 100;
    private long maxKeys = 100;
    private String perKey = "header:camera";
    private Architecture architecture = Architecture.of(16, 6, 3, 6, 16);
    private Hyperparameters hyperparameters = HYPERPARAMETERS;
    private int learners; // made since the task started
    private int evictions;
    private long skipped;
    private int loads;
    private final List<Reason.Kind> reasons = new ArrayList<>();
    private final List<Anomaly> anomalies = new ArrayList<>();
    private Optional<Double> alertAbove = Optional.empty();
    private TopologyTestDriver driver;
    private TestInputTopic<byte[], byte[]> images;

    private final KeyedListener listener = new KeyedListener() {
        @Override
        public void onLoad() {
            loads++;
        }

        @Override
        public void onEvict() {
            evictions++;
        }

        @Override
        public void onSkip(long offsets) {
            skipped += offsets;
        }

        @Override
        public void onDeadLetter(Reason reason) {
            reasons.add(reason.kind());
        }

        @Override
        public void onAnomaly(Anomaly anomaly, long timestamp) {
            anomalies.add(anomaly);
        }
    };

    /** Starts a new task, on what an earlier one has stored. */
    private void start(Map<String, byte[]> stored) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, TOPICS.applicationId());
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        learners = 0;
        driver = new TopologyTestDriver(
                KeyedTopology.of(
                        settings(),
                        perKey(),
                        this::newLearner,
                        log,
                        flow,
                        listener,
                        new RestoredStore(Topics.MODELS_STORE, stored)),
                properties);
        images = driver.createInputTopic(Topics.IMAGES, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private InputFormat input = InputFormat.AUTO;

    private TaskSettings settings() {
        return new TaskSettings(
                TOPICS,
                Topics.IMAGES,
                CHECKPOINT,
                new Keep(1, 0),
                WAIT,
                input,
                ReconstructionFormat.FLOAT32,
                alertAbove,
                onGap);
    }

    private PerKey perKey() {
        return new PerKey(ModelKey.of(perKey), inMemory, maxKeys);
    }

    private Learner newLearner() {
        learners++;
        return new Autoencoder(architecture, hyperparameters, new PortableProduct());
    }

    @AfterEach
    void stop() {
        if (driver != null) {
            driver.close();
        }
    }

    @Test
    void descriptionIsThatOfTheGoldenFile() throws IOException {
        assertThat(KeyedTopology.of(settings(), perKey(), this::newLearner, log, flow, listener)
                        .describe()
                        .toString())
                .isEqualTo(Files.readString(Path.of("src/test/resources/keyed-topology.txt")));
    }

    @Nested
    class Learning {
        @Test
        void eachKeyLearnsAsALearnerOfItsOwnWould() {
            start(Map.of());
            for (int i = 0; i < 4 * BATCH; i++) {
                pipe(i % 3 == 0 ? "left" : "right");
            }
            idle();

            Map<Long, String> out = bySource(read(TOPICS.reconstructions()));
            assertThat(out).isEqualTo(expected().reconstructions());
            assertThat(out.get(0L)).contains("model-key=left");
            assertPublished(expected());
            assertThat(learners).isEqualTo(2);
            assertThat(evictions).isZero();
        }

        @Test
        void keysOtherThanAsciiAndOddOnesHaveModelsOfTheirOwn() {
            perKey = "key";
            start(Map.of());
            List<String> keys = List.of("süd", "süd/w_e_1", "manifest", "süd/image", "ein Tor");
            for (int i = 0; i < 2 * BATCH; i++) {
                for (String key : keys) {
                    pipe(new TestRecord<>(utf8(key), image("").value()));
                }
            }
            idle();
            Map<String, Manifest> published = published(read(TOPICS.parameters()));
            assertThat(published).hasSize(keys.size());
            assertThat(published.values()).extracting(Manifest::step).containsOnly(2L);
            assertThat(published.get("0/süd/w_e_1/manifest").model()).isEqualTo("small/süd/w_e_1");
        }

        @Test
        void noMoreLearnersAreMadeThanMayBeInMemoryAndWhatComesBackGoesOn() {
            inMemory = 2;
            start(Map.of());
            for (int i = 0; i < 20 * BATCH; i++) {
                pipe("camera " + i % 5);
            }
            idle();

            assertThat(learners).isEqualTo(2);
            assertThat(evictions).isGreaterThan(10);
            assertThat(loads).isEqualTo(evictions + 2);
            assertThat(bySource(read(TOPICS.reconstructions())))
                    .isEqualTo(expected().reconstructions());
            assertPublished(expected());
        }

        @Test
        void pendingImagesOfMoreModelsThanAreToBeInMemoryAreStored() {
            inMemory = 2;
            maxKeys = 10_000;
            start(Map.of());
            int models = Saver.MOST_UNSAVED + 5;
            for (int i = 0; i < models; i++) {
                pipe("tenant " + i);
            }
            assertThat(bySource(read(TOPICS.reconstructions()))).containsOnlyKeys(0L, 1L, 2L, 3L, 4L);
            assertThat(learners).isEqualTo(2);
            for (int i = 0; i < models; i++) {
                for (int j = 1; j < BATCH; j++) {
                    pipe("tenant " + i);
                }
            }
            for (int i = 0; i < models; i++) {
                idle(); // eight of them are saved in a tick
            }
            assertThat(progress().keys()).isEqualTo(models);
            assertThat(progress().nextOffset()).isEqualTo((long) models * BATCH);
            assertPublished(expected());
        }
    }

    @Nested
    class Restarts {
        /** Whatever is committed when, and whenever the task starts anew: the same models and reconstructions, each once. */
        @ParameterizedTest
        @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
        void keptAndLostTransactionsLeaveTheVeryModelsOfAnUndisturbedRun(int seed) {
            Random moments = new Random(seed);
            inMemory = 1 + seed % 3;
            int count = 150;
            List<TestRecord<byte[], byte[]>> sent = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                sent.add(moments.nextInt(15) == 0 ? new TestRecord<>(null, new byte[3]) : image(key(moments)));
            }
            List<TestRecord<byte[], byte[]>> reconstructions = new ArrayList<>();
            List<TestRecord<byte[], byte[]>> published = new ArrayList<>();
            start(Map.of());
            int at = 0;
            Map<String, byte[]> committed = Map.of();
            int committedAt = 0;
            while (committedAt < count) {
                int to = Math.min(count, at + moments.nextInt(20));
                for (; at < to; at++) {
                    pipe(sent.get(at));
                    if (moments.nextInt(8) == 0) {
                        driver.advanceWallClockTime(Duration.ofMillis(moments.nextInt(2500)));
                    }
                }
                boolean lost = moments.nextInt(3) == 0 && committedAt > 0;
                if (!lost) {
                    reconstructions.addAll(read(TOPICS.reconstructions()));
                    published.addAll(read(TOPICS.parameters()));
                    committed = stored();
                    committedAt = at;
                }
                if (committedAt > 0 && (lost || moments.nextInt(3) == 0)) {
                    at = committedAt;
                    boolean forgotten = moments.nextInt(3) == 0; // by the broker: the group's offset
                    restart(committed, at, forgotten);
                }
            }
            idle();
            reconstructions.addAll(read(TOPICS.reconstructions()));
            published.addAll(read(TOPICS.parameters()));

            Expected expected = expected();
            assertThat(reconstructions).hasSize(expected.reconstructions().size());
            assertThat(bySource(reconstructions)).isEqualTo(expected.reconstructions());
            assertPublished(published, expected);
            assertThat(learners).isLessThanOrEqualTo(inMemory);
        }

        /** With thresholds, and with units whose silence is counted. */
        @ParameterizedTest
        @CsvSource({
            "16-6-3-6-16, topk:2/batchtopk:1, sigmoid",
            "16-6-3-6-16, jumprelu, sigmoid",
            "16-20-16, batchtopk:2, linear",
        })
        void soTheyDoOfEveryKind(String layers, String activation, String output) {
            architecture = Architecture.of(
                    Arrays.stream(layers.split("-")).map(Integer::valueOf).toArray(Integer[]::new));
            hyperparameters =
                    HYPERPARAMETERS.with(Map.of("activation", activation, "output", output, "lambda", "1e-3"));
            keptAndLostTransactionsLeaveTheVeryModelsOfAnUndisturbedRun(7);
        }

        /** A trainer that gets a task back may have a copy of the store that has not heard of what was deleted. */
        @Test
        void imagesThatWereLearnedFromAreNotPendingAgain() {
            start(Map.of());
            pipe("a");
            idle();
            Map<String, byte[]> before = stored();
            for (int i = 1; i < BATCH; i++) {
                pipe("a");
            }
            idle();
            Map<String, byte[]> after = stored();
            before.forEach(after::putIfAbsent);
            restart(after, BATCH);
            for (int i = 0; i < BATCH; i++) {
                pipe("a");
            }
            idle();
            assertPublished(expected());
        }

        @Test
        void aKeyThatFallsSilentDoesNotHoldTheBeginningOfTheGap() {
            start(Map.of());
            pipe("rare");
            for (int i = 0; i < 50; i++) {
                pipe("common");
            }
            idle();
            pipe("common");
            assertThat(progress().nextOffset()).isEqualTo(51);

            restart(stored(), 52);
            pipe("rare");
            pipe("rare");
            pipe("rare");
            idle();
            assertThat(published(read(TOPICS.parameters()))
                            .get("0/rare/manifest")
                            .step())
                    .as("the image from before and the three new ones make a step")
                    .isEqualTo(1);
        }

        @Test
        void whatAStartHadToStoreIsPublishedAlsoIfItStartsOnceMore() {
            inMemory = 2;
            start(Map.of());
            for (int i = 0; i < 2 * BATCH; i++) {
                pipe(i < BATCH ? "a" : "b");
            }
            inMemory = 1;
            restart(stored(), 2 * BATCH); // a makes room for b, when nothing can be published yet
            restart(stored(), 2 * BATCH);
            idle();
            assertPublished(expected());
        }

        @Test
        void aStartWithOtherFieldsIsRefused() {
            input = fields(IntStream.range(0, 16));
            start(Map.of());
            pipe("a");
            Map<String, byte[]> stored = stored();
            driver.close();
            log.commit(SOURCE, 1);
            input = fields(IntStream.range(1, 17));
            assertThatThrownBy(() -> start(stored))
                    .rootCause()
                    .isInstanceOf(ModelException.class)
                    .hasMessageStartingWith("model small was started with --fields f0,f1,f2,")
                    .hasMessageEndingWith(": start it like this, or choose another --model name");
            input = fields(IntStream.range(0, 16));
            start(stored);
        }

        private InputFormat fields(IntStream numbers) {
            return new InputFormat(
                    InputFormat.Kind.JSON,
                    numbers.mapToObj(number -> "f" + number).toList(),
                    new InputFormat.Label.InHeader(),
                    InputFormat.Missing.REFUSED);
        }

        @Test
        void anotherStartOnTheSameModelsIsRefused() {
            start(Map.of());
            pipe("a");
            Map<String, byte[]> stored = stored();
            driver.close();
            log.commit(SOURCE, 1);
            perKey = "key";
            assertThatThrownBy(() -> start(stored))
                    .rootCause()
                    .isInstanceOf(ModelException.class)
                    .hasMessageStartingWith(
                            "model small was started with model-per-key=header:camera layers=16-6-3-6-16 ")
                    .hasMessageEndingWith(": start it with these, or choose another --model name");
            perKey = "header:camera";
            log.startAt(1);
            assertThatThrownBy(() -> start(stored))
                    .rootCause()
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("have been deleted by retention");
            assertThatThrownBy(() -> start(Map.of()))
                    .rootCause()
                    .hasMessageContaining("the topic of its models is empty");
            driver = null;
        }
    }

    @Test
    void aListenerHearsOfTheAnomaliesThatAreTold() throws IOException {
        alertAbove = Optional.of(0.9);
        start(Map.of());
        for (int i = 0; i < 300; i++) {
            pipe("a");
        }

        List<TestRecord<byte[], byte[]>> told = read(TOPICS.anomalies());
        assertThat(told).hasSizeBetween(5, 60);
        assertThat(anomalies).hasSameSizeAs(told);
        for (int i = 0; i < told.size(); i++) {
            assertThat(Json.write(anomalies.get(i))).isEqualTo(told.get(i).value());
        }
    }

    @Nested
    class DeadLetters {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "header:camera | other | left | no header:camera to say which model it belongs to",
                    "header:camera | camera | '' | no header:camera to say which model it belongs to",
                    "header:camera | camera | long | header:camera of 257 bytes, more than 256",
                    "header:camera | camera | a\tb | header:camera is not UTF-8 text, or has control characters",
                    "header:camera | camera | broken | header:camera is not UTF-8 text, or has control characters",
                    "key | camera | left | no key to say which model it belongs to",
                })
        void whatBelongsToNoModelIsADeadLetter(String chosen, String header, String value, String reason) {
            perKey = chosen;
            start(Map.of());
            RecordHeaders headers = new RecordHeaders();
            headers.add(
                    header,
                    switch (value) {
                        case "long" -> new byte[257];
                        case "broken" -> new byte[] {'a', (byte) 0xc3};
                        default -> utf8(value);
                    });
            pipe(new TestRecord<>(null, new byte[16], headers));

            List<TestRecord<byte[], byte[]>> dead = read(TOPICS.deadLetters());
            assertThat(dead).hasSize(1);
            assertThat(HeaderName.text(dead.get(0).headers(), HeaderName.REASON))
                    .isEqualTo(reason);
            assertThat(reasons).containsExactly(Reason.Kind.KEY);
            assertThat(progress().keys()).isZero();
        }

        @Test
        void oneKeyTooManyIsADeadLetterAlsoWhenTheGapIsReadAgain() {
            maxKeys = 2;
            start(Map.of());
            for (int i = 0; i < 5 * BATCH; i++) {
                pipe(List.of("a", "b", "c").get(i % 3));
            }
            assertThat(read(TOPICS.deadLetters()))
                    .hasSize(6)
                    .allSatisfy(dead -> assertThat(HeaderName.text(dead.headers(), HeaderName.REASON))
                            .isEqualTo("one key more than --max-keys 2"));
            assertThat(reasons).hasSize(6).containsOnly(Reason.Kind.MAX_KEYS);

            maxKeys = 3; // from now on: the c of the gap are dead letters already
            restart(stored(), log.records(SOURCE).size());
            for (int i = 0; i < BATCH; i++) {
                pipe("c");
            }
            idle();
            assertThat(published(read(TOPICS.parameters())).get("0/c/manifest").images())
                    .isEqualTo(BATCH);
            assertThat(progress().keys()).isEqualTo(3);
        }

        @Test
        void aGapOverAChangedLimitIsReadAsItWasTheFirstTime() {
            maxKeys = 2;
            start(Map.of());
            List.of("a", "b", "c").forEach(KeyedTopologyTest.this::pipe);
            maxKeys = 3;
            restart(stored(), 3);
            pipe("c");
            maxKeys = 1;
            restart(stored(), 4);
            pipe("d");
            restart(stored(), 5);
            assertThat(progress().keys()).isEqualTo(3);
            idle();
            assertThat(progress().keys()).isEqualTo(3);
            assertThat(skipped).isZero();
        }

        /** A key whose pending image, or state, is in the store by now had no model when a record of the gap was set aside. */
        @ParameterizedTest
        @CsvSource({"1, 100", "4, 1"})
        void whatWasSetAsideStaysSoThoughItsKeyWasGivenAModelLater(int ofC, int models) {
            inMemory = models;
            maxKeys = 2;
            start(Map.of());
            List.of("a", "a", "a", "a", "b", "c").forEach(KeyedTopologyTest.this::pipe);
            maxKeys = 3;
            restart(stored(), 6);
            for (int i = 0; i < ofC; i++) {
                pipe("c");
            }
            if (ofC < BATCH) {
                driver.advanceWallClockTime(WAIT); // c's image is reconstructed, a's step is not saved yet
            } else {
                List.of("b", "b", "b").forEach(KeyedTopologyTest.this::pipe); // b's step needs the learner of c
            }
            assertThat(progress().nextOffset()).as("the gap").isZero();
            int committed = log.records(SOURCE).size();
            restart(stored(), committed);
            restart(stored(), committed);
            for (int i = ofC; i < BATCH; i++) {
                pipe("c");
            }
            idle();
            Manifest c = published(read(TOPICS.parameters())).get("0/c/manifest");
            assertThat(c.images()).isEqualTo(BATCH);
            assertThat(progress().keys()).isEqualTo(3);
        }

        /** Its store tells how many models there could be, and not with which image they began. */
        @Test
        void aGapThatAnEarlierVersionHasReadIsReadByItsLimit() {
            maxKeys = 2;
            start(Map.of());
            List.of("a", "b", "c").forEach(KeyedTopologyTest.this::pipe);
            Map<String, byte[]> stored = stored();
            stored.keySet().removeIf(name -> name.endsWith("\0beginning"));
            KeyedProgress progress = progress();
            String json = new String(Json.write(progress.withKeys(0)), StandardCharsets.UTF_8);
            stored.put("\0progress", utf8(json.replace("\"keys\":0", "\"keys\":0,\"maxKeys\":2,\"earlierLimits\":[]")));
            maxKeys = 3;
            restart(stored, 3);
            assertThat(progress()).isEqualTo(progress);
            pipe("c");
            idle();
            assertThat(progress().keys()).isEqualTo(3);
            assertThat(read(TOPICS.reconstructions())).hasSize(3);
        }
    }

    private static String key(Random random) {
        return List.of("a", "b", "c", "d", "rare").get((int) Math.min(4, Math.abs(random.nextGaussian()) * 2));
    }

    @Nested
    class AnotherLog {
        @Test
        void underTheSameNameIsRefused() {
            start(Map.of());
            pipe("a");
            Map<String, byte[]> stored = stored();
            driver.close();
            driver = null;
            log.recreate(Topics.IMAGES);
            assertThatThrownBy(() -> start(stored))
                    .rootCause()
                    .isInstanceOf(ModelException.class)
                    .hasMessageStartingWith("topic images was deleted and created again: model small/0 has read");
        }

        /** The models go on; nothing of the new log is taken for what the old one had at the same offset. */
        @Test
        void isLearnedFromItsFirstImageOnIfToldByEveryModel() {
            start(Map.of());
            for (int i = 0; i < 3 * BATCH + 1; i++) {
                pipe("a");
            }
            idle();
            Map<String, byte[]> stored = stored();
            driver.close();
            log.recreate(Topics.IMAGES);
            log.commit(SOURCE, 0);
            onGap = OnGap.CONTINUE;
            start(stored);
            for (int i = 0; i < BATCH + 1; i++) {
                pipe("a");
            }
            idle();
            restart(stored(), BATCH + 1); // the gap is of the new log, with offsets that the old one had, too
            for (int i = 0; i < BATCH - 1; i++) {
                pipe("a");
            }
            idle();
            assertThat(published(read(TOPICS.parameters())).get("0/a/manifest").images())
                    .isEqualTo(5 * BATCH);
        }

        /** Keys of which nothing but pending images was there are counted no more; these images are told. */
        @Test
        void hasRoomForAsManyKeysAsBefore() {
            maxKeys = 2;
            start(Map.of());
            pipe("a");
            pipe("b");
            idle();
            Map<String, byte[]> stored = stored();
            driver.close();
            log.recreate(Topics.IMAGES);
            onGap = OnGap.CONTINUE;
            start(stored);
            assertThat(skipped).isEqualTo(2);
            pipe("c");
            pipe("d");
            idle();
            assertThat(read(TOPICS.deadLetters())).isEmpty();
            assertThat(read(TOPICS.reconstructions())).hasSize(2);
            assertThat(progress().keys()).isEqualTo(2);
        }

        /** Each cut makes what stood behind it another log, also for a model that was saved before both. */
        @Test
        void thatWasCutTwiceIsLearnedFromItsCuts() {
            start(Map.of());
            for (int i = 0; i < 2 * BATCH; i++) {
                pipe("a");
            }
            idle(); // a is saved behind offset 7
            onGap = OnGap.CONTINUE;
            cut(BATCH + 1); // there are offsets 0 to 4 now
            pipe("b");
            pipe("a"); // at 6: of the new log
            pipe("b");
            Map<String, byte[]> stored = stored();
            driver.close();
            log.commit(SOURCE, BATCH + 4);
            log.endAt(BATCH + 3);
            start(stored);
            log.records(SOURCE).forEach(images::pipeInput);
            for (int i = 1; i < BATCH; i++) {
                pipe("a");
            }
            idle();
            assertThat(published(read(TOPICS.parameters())).get("0/a/manifest").images())
                    .isEqualTo(3 * BATCH);
        }

        private void cut(int offset) {
            Map<String, byte[]> stored = stored();
            driver.close();
            log.commit(SOURCE, log.records(SOURCE).size());
            log.endAt(offset);
            start(stored);
            log.records(SOURCE).forEach(images::pipeInput);
        }

        /** What is left of a log that lost its end is not learned from twice, nor lost. */
        @Test
        void thatIsTheSameUpToWhereItWasCutIsLearnedFromOnce() {
            inMemory = 1; // the model of a has to leave memory, so is stored while the gap begins with its images
            start(Map.of());
            for (int i = 0; i < 2 * BATCH; i++) {
                pipe(i < BATCH ? "a" : "b");
            }
            Map<String, byte[]> stored = stored();
            driver.close();
            log.commit(SOURCE, 2 * BATCH);
            log.endAt(BATCH + 2);
            onGap = OnGap.CONTINUE;
            start(stored);
            assertThat(skipped).isEqualTo(BATCH - 2);
            log.records(SOURCE).forEach(images::pipeInput);
            pipe("b");
            pipe("b");
            idle();
            Map<String, Manifest> published = published(read(TOPICS.parameters()));
            assertThat(published.get("0/a/manifest").images()).isEqualTo(BATCH);
            assertThat(published.get("0/b/manifest").images()).isEqualTo(BATCH);
            assertThat(progress().keys()).isEqualTo(2);
        }

        @Test
        void withAHoleInTheGapIsRefused() {
            start(Map.of());
            for (int i = 0; i < BATCH; i++) {
                pipe("a"); // a step, which is not saved
            }
            Map<String, byte[]> stored = stored();
            driver.close();
            driver = null;
            log.commit(SOURCE, BATCH);
            log.records(SOURCE).set(1, null);
            assertThatThrownBy(() -> start(stored))
                    .rootCause()
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("expected 4 with checksum")
                    .hasMessageContaining("found 3 with");
        }
    }

    /** What one learner for each key makes of the records so far. */
    private record Expected(Map<Long, String> reconstructions, Map<String, Learner> learners) {}

    private Expected expected() {
        Map<Long, String> reconstructions = new TreeMap<>();
        Map<String, Learner> byKey = new TreeMap<>();
        Map<String, MiniBatch> batches = new HashMap<>();
        Map<String, List<Integer>> offsets = new HashMap<>();
        for (int offset = 0; offset < log.records(SOURCE).size(); offset++) {
            TestRecord<byte[], byte[]> record = log.records(SOURCE).get(offset);
            String key = HeaderName.text(record.headers(), "camera");
            if (key == null) {
                continue;
            }
            Learner learner = byKey.computeIfAbsent(
                    key, each -> new Autoencoder(architecture, hyperparameters, new PortableProduct()));
            MiniBatch batch = batches.computeIfAbsent(key, each -> learner.newBatch());
            offsets.computeIfAbsent(key, each -> new ArrayList<>()).add(offset);
            batch.add(record.value());
            if (batch.isFull()) {
                long step = learner.state().step();
                add(reconstructions, offsets.get(key), learner.train(batch).forward(), key, step);
                batch.clear();
            }
        }
        batches.forEach((key, batch) -> {
            Learner learner = byKey.get(key);
            add(
                    reconstructions,
                    offsets.get(key),
                    learner.reconstruct(batch),
                    key,
                    learner.state().step());
        });
        return new Expected(reconstructions, byKey);
    }

    private static void add(Map<Long, String> to, List<Integer> offsets, ForwardPass forward, String key, long step) {
        for (int i = 0; i < forward.images(); i++) {
            RecordHeaders headers = new RecordHeaders();
            headers.add(HeaderName.SHAPE, utf8("4x4"));
            headers.add(HeaderName.DTYPE, utf8("float32"));
            headers.add(HeaderName.MODEL, utf8("small"));
            headers.add(HeaderName.MODEL_KEY, utf8(key));
            headers.add(HeaderName.STEP, utf8(Long.toString(step)));
            headers.add(HeaderName.MSE, HeaderName.decimal(forward.mse()[i]));
            headers.add(HeaderName.SOURCE, utf8("images-0@" + offsets.get(i)));
            byte[] pixels = Dtype.FLOAT32.encode(forward.reconstructions(), i * 16, 16);
            to.put((long) offsets.get(i), described(new TestRecord<>(null, pixels, headers)));
        }
        offsets.clear();
    }

    /** Every model that has made a step stands on its topic with the very bits of the learner that was fed by hand. */
    private void assertPublished(Expected expected) {
        assertPublished(read(TOPICS.parameters()), expected);
    }

    private void assertPublished(List<TestRecord<byte[], byte[]>> records, Expected expected) {
        Map<String, byte[]> newest = new HashMap<>();
        records.forEach(record -> newest.put(text(record.key()), record.value()));
        expected.learners().forEach((key, learner) -> {
            byte[] manifest = newest.get("0/" + key + "/manifest");
            if (learner.state().step() == 0) {
                assertThat(manifest).isNull();
                return;
            }
            assertThat(manifest).as(key).isNotNull();
            assertThat(Json.read(manifest, Manifest.class).step())
                    .isEqualTo(learner.state().step());
            learner.state()
                    .parameters()
                    .forEach((name, values) -> assertThat(newest.get("0/" + key + "/" + name))
                            .as("%s of %s", name, key)
                            .isEqualTo(Dtype.FLOAT32.encode(values, 0, values.length)));
            // The moments too, and the averages.
            Learner restored = newLearner();
            learners--;
            KeyedStore store = new KeyedStore(driver.getKeyValueStore(Topics.MODELS_STORE), Topics.IMAGES);
            assertThat(store.restore(key, restored)).isTrue();
            learner.state()
                    .values()
                    .forEach((name, values) -> assertThat(
                                    restored.state().values().get(name))
                            .as(name)
                            .isEqualTo(values));
            learner.state()
                    .averages()
                    .forEach((name, values) -> assertThat(
                                    restored.state().averages().get(name))
                            .as(name)
                            .isEqualTo(values));
        });
    }

    private static Map<String, Manifest> published(List<TestRecord<byte[], byte[]>> records) {
        Map<String, Manifest> published = new TreeMap<>();
        records.forEach(record -> {
            String key = text(record.key());
            if (key.endsWith("/manifest")) {
                published.put(key, Json.read(record.value(), Manifest.class));
            }
        });
        return published;
    }

    private void pipe(String camera) {
        pipe(image(camera));
    }

    private TestRecord<byte[], byte[]> image(String camera) {
        RecordHeaders headers = new RecordHeaders();
        headers.add("camera", utf8(camera));
        byte[] greys = new byte[16];
        random.nextBytes(greys);
        return new TestRecord<>(null, greys, headers);
    }

    private void pipe(TestRecord<byte[], byte[]> record) {
        log.add(SOURCE, record);
        images.pipeInput(record);
    }

    /** Long enough for what is pending to be reconstructed, and for what is unsaved to be saved. */
    private void idle() {
        driver.advanceWallClockTime(CHECKPOINT.plusSeconds(1));
        driver.advanceWallClockTime(CHECKPOINT.plusSeconds(1));
    }

    /** As after a kill, of which everything up to that offset had been committed. */
    private void restart(Map<String, byte[]> stored, int committed) {
        restart(stored, committed, false);
    }

    private void restart(Map<String, byte[]> stored, int committed, boolean forgotten) {
        driver.close();
        log.records(SOURCE).subList(committed, log.records(SOURCE).size()).clear();
        if (forgotten) {
            log.clearCommitted();
        } else {
            log.commit(SOURCE, committed);
        }
        start(stored);
        // The driver counts offsets from 0 again, and hands over once more what was handed over before.
        log.records(SOURCE).forEach(images::pipeInput);
    }

    private KeyedProgress progress() {
        return new KeyedStore(driver.getKeyValueStore(Topics.MODELS_STORE), Topics.IMAGES)
                .progress()
                .orElseThrow();
    }

    private Map<String, byte[]> stored() {
        Map<String, byte[]> copy = new TreeMap<>();
        KeyValueStore<String, byte[]> store = driver.getKeyValueStore(Topics.MODELS_STORE);
        try (KeyValueIterator<String, byte[]> all = store.all()) {
            all.forEachRemaining(entry -> copy.put(entry.key, entry.value.clone()));
        }
        return copy;
    }

    private List<TestRecord<byte[], byte[]>> read(String topic) {
        return driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
    }

    private static Map<Long, String> bySource(List<TestRecord<byte[], byte[]>> records) {
        Map<Long, String> bySource = new TreeMap<>();
        for (TestRecord<byte[], byte[]> record : records) {
            String source = HeaderName.text(record.headers(), HeaderName.SOURCE);
            Long offset = Long.valueOf(source.substring(source.indexOf('@') + 1));
            assertThat(bySource.put(offset, described(record)))
                    .as("twice: " + source)
                    .isNull();
        }
        return bySource;
    }

    /** To compare: all but timestamps. */
    private static String described(TestRecord<byte[], byte[]> record) {
        StringBuilder text = new StringBuilder();
        for (Header header : record.headers()) {
            if (!header.key().equals(HeaderName.IMAGE_TIMESTAMP)) {
                text.append(header.key())
                        .append('=')
                        .append(text(header.value()))
                        .append(' ');
            }
        }
        return text.append(HexFormat.of().formatHex(record.value())).toString();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
