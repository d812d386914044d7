package io.sparsestream.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparsestream.stream.RestoredStore;
import io.sparsestream.stream.TopologyParts;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AutoencoderProcessorTest {
    private static final String NAME = "pump";
    private static final int CHECKPOINT = 20; // so one after each 24

    /** The same on what an earlier task has stored. */
    private record OnStore(AutoencoderProcessor<String, byte[]> processor, Map<String, byte[]> stored)
            implements ProcessorSupplier<String, byte[], String, Scored<byte[]>> {
        @Override
        public Processor<String, byte[], String, Scored<byte[]>> get() {
            return processor.get();
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            return Set.of(TopologyParts.ofCheckpoints(new RestoredStore(NAME, stored)));
        }
    }

    private static AutoencoderProcessor<String, byte[]> processor(AutoencoderSettings settings) {
        return AutoencoderProcessor.<String, byte[]>of(NAME, settings, (key, value) -> floats(value))
                .checkpointEvery(CHECKPOINT);
    }

    /** In a topology that does something before and behind it. */
    private static TopologyTestDriver start(ProcessorSupplier<String, byte[], String, Scored<byte[]>> processor) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream("readings", Consumed.with(Serdes.String(), Serdes.ByteArray()))
                .filter((key, value) -> !key.equals("skip"))
                .process(processor)
                .mapValues(AutoencoderProcessorTest::text)
                .to("scores", Produced.with(Serdes.String(), Serdes.String()));
        return start(builder.build());
    }

    private static TopologyTestDriver start(Topology topology) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "library");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        return new TopologyTestDriver(topology, properties);
    }

    static float[] floats(byte[] value) {
        if (value == null) {
            return null;
        }
        float[] floats = new float[value.length / Float.BYTES];
        ByteBuffer.wrap(value).asFloatBuffer().get(floats);
        return floats;
    }

    static byte[] bytes(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES);
        bytes.asFloatBuffer().put(vector);
        return bytes.array();
    }

    private static String text(Scored<byte[]> scored) {
        return scored.score().map(AutoencoderProcessorTest::text).orElse("none");
    }

    static String text(Score score) {
        return score.mse() + " " + score.anomaly() + " " + score.rank() + " " + Arrays.toString(score.reconstruction());
    }

    private static void pipe(TopologyTestDriver driver, String key, byte[] value) {
        driver.createInputTopic("readings", new StringSerializer(), new ByteArraySerializer())
                .pipeInput(key, value);
    }

    private static List<String> scores(TopologyTestDriver driver) {
        return driver.createOutputTopic("scores", new StringDeserializer(), new StringDeserializer())
                .readValuesToList();
    }

    private static Map<String, byte[]> stored(TopologyTestDriver driver) {
        Map<String, byte[]> stored = new TreeMap<>();
        try (KeyValueIterator<String, byte[]> all =
                driver.<String, byte[]>getKeyValueStore(NAME).all()) {
            all.forEachRemaining(each -> stored.put(each.key, each.value));
        }
        return stored;
    }

    /** What a model without Kafka makes of them. */
    private static List<String> expected(float[][] vectors) {
        return expected(Readings.SETTINGS, vectors);
    }

    static List<String> expected(AutoencoderSettings settings, float[][] vectors) {
        SparseAutoencoder model = SparseAutoencoder.of(settings);
        List<String> scores = new ArrayList<>();
        for (float[] vector : vectors) {
            scores.add(text(model.score(vector)));
            model.train(vector);
        }
        return scores;
    }

    @Test
    void scoresEachRecordAtOnceAndLearnsByMiniBatches() {
        float[][] vectors = Readings.of(300);
        List<String> expected = expected(vectors);
        try (TopologyTestDriver driver = start(processor(Readings.SETTINGS))) {
            for (int i = 0; i < vectors.length; i++) {
                pipe(driver, "skip", bytes(vectors[0]));
                pipe(driver, "key", bytes(vectors[i]));
                assertThat(scores(driver)).as("record %s", i).containsExactly(expected.get(i));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 24, 25, 31})
    void aRestartChangesNeitherResultsNorBits(int every) {
        float[][] vectors = Readings.of(200);
        List<String> found = new ArrayList<>();
        Map<String, byte[]> stored = Map.of();
        for (int from = 0; from < vectors.length; from += every) {
            try (TopologyTestDriver driver = start(new OnStore(processor(Readings.SETTINGS), stored))) {
                for (int i = from; i < Math.min(vectors.length, from + every); i++) {
                    pipe(driver, "key", bytes(vectors[i]));
                }
                found.addAll(scores(driver));
                stored = stored(driver);
            }
        }
        assertThat(found).isEqualTo(expected(vectors));
        try (TopologyTestDriver undisturbed = start(processor(Readings.SETTINGS))) {
            for (float[] vector : vectors) {
                pipe(undisturbed, "key", bytes(vector));
            }
            assertThat(stored).usingRecursiveComparison().isEqualTo(stored(undisturbed));
        }
    }

    @Test
    void theStoreDoesNotGrow() {
        float[][] vectors = Readings.of(300);
        try (TopologyTestDriver driver = start(processor(Readings.SETTINGS))) {
            for (int i = 0; i < 100; i++) {
                pipe(driver, "key", bytes(vectors[i]));
            }
            Set<String> keys = stored(driver).keySet();
            for (int i = 100; i < vectors.length; i++) {
                pipe(driver, "key", bytes(vectors[i]));
            }
            assertThat(stored(driver).keySet()).isEqualTo(keys);
            assertThat(keys).filteredOn(key -> key.startsWith("vector/")).hasSize(24);
        }
    }

    @Test
    void whatIsNoVectorHasNoScoreAndIsNotLearnedFrom() {
        float[][] vectors = Readings.of(100);
        List<String> found = new ArrayList<>();
        try (TopologyTestDriver driver = start(processor(Readings.SETTINGS))) {
            for (float[] vector : vectors) {
                pipe(driver, "key", null);
                pipe(driver, "key", new byte[12]);
                pipe(driver, "key", bytes(new float[] {1, Float.POSITIVE_INFINITY, 3, 4}));
                pipe(driver, "key", bytes(vector));
                found.addAll(scores(driver));
            }
        }
        assertThat(found.stream().filter(score -> score.equals("none"))).hasSize(300);
        assertThat(found.stream().filter(score -> !score.equals("none"))).isEqualTo(expected(vectors));
    }

    @Test
    void aRecordKeepsItsKeyTimeAndHeaders() {
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream("readings", Consumed.with(Serdes.String(), Serdes.ByteArray()))
                .process(processor(Readings.SETTINGS))
                .mapValues(Scored::value)
                .to("values", Produced.with(Serdes.String(), Serdes.ByteArray()));
        try (TopologyTestDriver driver = start(builder.build())) {
            TestRecord<String, byte[]> record = new TestRecord<>(
                    "key", bytes(Readings.of(1)[0]), new RecordHeaders().add("label", new byte[] {1}), 17L);
            driver.createInputTopic("readings", new StringSerializer(), new ByteArraySerializer())
                    .pipeInput(record);
            TestRecord<String, byte[]> found = driver.createOutputTopic(
                            "values", new StringDeserializer(), new ByteArrayDeserializer())
                    .readRecord();
            assertThat(found.key()).isEqualTo(record.key());
            assertThat(found.value()).isEqualTo(record.value());
            assertThat(found.timestamp()).isEqualTo(17);
            assertThat(found.headers()).isEqualTo(record.headers());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 30}) // before the first step, and after a checkpoint
    void aModelOfOtherSettingsIsRefused(int records) {
        Map<String, byte[]> stored;
        try (TopologyTestDriver driver = start(processor(Readings.SETTINGS))) {
            for (float[] vector : Readings.of(records)) {
                pipe(driver, "key", bytes(vector));
            }
            stored = stored(driver);
        }
        for (AutoencoderSettings other : List.of(
                Readings.SETTINGS.seed(5),
                Readings.SETTINGS.inputs(3),
                Readings.SETTINGS.inputs(5),
                Readings.SETTINGS.layers(4, 6, 4),
                Readings.SETTINGS.robust(false))) {
            assertThatThrownBy(() -> start(new OnStore(processor(other), stored)))
                    .rootCause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("model pump was started with layers=4-12-4 batch=8 ")
                    .hasMessageEndingWith(": give it the same settings, or another name");
        }
    }

    @Test
    void vectorsWithoutACheckpointAsEarlierVersionsLeftThemGoOn() {
        float[][] vectors = Readings.of(50);
        List<String> found = new ArrayList<>();
        Map<String, byte[]> stored;
        try (TopologyTestDriver driver = start(processor(Readings.SETTINGS))) {
            for (int i = 0; i < 10; i++) {
                pipe(driver, "key", bytes(vectors[i]));
            }
            found.addAll(scores(driver));
            stored = stored(driver);
        }
        stored.keySet().removeIf(key -> !key.startsWith("vector/"));
        assertThat(stored).hasSize(10);
        try (TopologyTestDriver driver = start(new OnStore(processor(Readings.SETTINGS), stored))) {
            for (int i = 10; i < vectors.length; i++) {
                pipe(driver, "key", bytes(vectors[i]));
            }
            found.addAll(scores(driver));
        }
        assertThat(found).isEqualTo(expected(vectors));
    }

    @Test
    void twoModelsLiveInOneTopology() {
        StreamsBuilder builder = new StreamsBuilder();
        var readings = builder.stream("readings", Consumed.with(Serdes.String(), Serdes.ByteArray()));
        for (String name : List.of("one", "other")) {
            readings.process(AutoencoderProcessor.of(name, Readings.SETTINGS, (key, value) -> floats(value)))
                    .mapValues(AutoencoderProcessorTest::text)
                    .to(name, Produced.with(Serdes.String(), Serdes.String()));
        }
        float[][] vectors = Readings.of(50);
        try (TopologyTestDriver driver = start(builder.build())) {
            for (float[] vector : vectors) {
                pipe(driver, "key", bytes(vector));
            }
            for (String name : List.of("one", "other")) {
                assertThat(driver.createOutputTopic(name, new StringDeserializer(), new StringDeserializer())
                                .readValuesToList())
                        .isEqualTo(expected(vectors));
            }
        }
    }

    @Test
    void aCheckpointIsAfterSomeRecords() {
        AutoencoderProcessor<String, byte[]> processor = processor(Readings.SETTINGS);
        assertThatThrownBy(() -> processor.checkpointEvery(0))
                .hasMessage("a checkpoint must be every 1 or more records, not 0");
    }
}
