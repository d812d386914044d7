package io.sparsestream.stream;

import io.sparsestream.message.HeaderName;
import io.sparsestream.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;

/**
 * A task on Kafka's test driver, with the log that it reads and the flow that it holds up. It can be started anew on what
 * it has stored, which the driver cannot do by itself.
 */
public final class TaskHarness {
    private final Topics topics;
    private final Function<Stored, Topology> topology;
    private final FakeLog log = new FakeLog();
    private final FakeFlow flow = new FakeFlow();
    private final Map<String, TestInputTopic<byte[], byte[]>> inputs = new HashMap<>(); // by topic, of the present task
    private final Map<String, Integer> handedOver = new HashMap<>(); // records by topic, of all tasks
    private TopologyTestDriver driver; // null while none is running

    /** @param topology of a new task on those stores */
    public TaskHarness(Topics topics, Function<Stored, Topology> topology) {
        this.topics = topics;
        this.topology = topology;
    }

    /** What a task has stored, by the store's name and the key. */
    public record Stored(Map<String, Map<String, byte[]>> stores) {
        public static final Stored NOTHING = new Stored(Map.of());

        /** The store as if Kafka Streams had restored it. */
        public RestoredStore restored(String store) {
            return new RestoredStore(store, of(store));
        }

        /** To read, or to damage. */
        public Map<String, byte[]> of(String store) {
            return stores.getOrDefault(store, Map.of());
        }
    }

    public FakeLog log() {
        return log;
    }

    public FakeFlow flow() {
        return flow;
    }

    /** Starts a task that has stored nothing. */
    public void start() {
        start(Stored.NOTHING);
    }

    /** Starts a task on what an earlier one has stored. */
    public void start(Stored stored) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, topics.applicationId());
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        driver = new TopologyTestDriver(topology.apply(stored), properties);
        inputs.clear();
    }

    /** Closes the task, if there is one. */
    public void close() {
        if (driver != null) {
            TopologyTestDriver closing = driver;
            driver = null;
            closing.close();
        }
    }

    /** Closes the task and returns what it had stored. */
    public Stored closeAndKeep() {
        Stored stored = stored();
        close();
        return stored;
    }

    /**
     * As after a kill: a new task on what was stored and committed.
     *
     * @param committed offset of the images that is committed
     */
    public void restart(long committed) {
        Stored stored = closeAndKeep();
        log.commit(images(), committed);
        start(stored);
        // The driver counts offsets from 0 again: so many records that are none bring it to where the task goes on.
        skip(Topics.IMAGES, committed);
        skip(Topics.CONTROL, handedOver.getOrDefault(Topics.CONTROL, 0));
    }

    private void skip(String topic, long records) {
        for (long i = 0; i < records; i++) {
            input(topic).pipeInput(new TestRecord<>(null, null));
        }
    }

    /** All stores as they are now. */
    public Stored stored() {
        Map<String, Map<String, byte[]>> stores = new TreeMap<>();
        for (String name : driver.getAllStateStores().keySet()) {
            Map<String, byte[]> copy = new TreeMap<>();
            KeyValueStore<String, byte[]> store = driver.getKeyValueStore(name);
            try (KeyValueIterator<String, byte[]> all = store.all()) {
                all.forEachRemaining(entry -> copy.put(entry.key, entry.value.clone()));
            }
            stores.put(name, copy);
        }
        return new Stored(stores);
    }

    /** Hands a record to the task without writing it to the log. */
    public void handOver(String topic, TestRecord<byte[], byte[]> record) {
        handedOver.merge(topic, 1, Integer::sum);
        input(topic).pipeInput(record);
    }

    /** Writes an image, or what is none, to the log and hands it to the task. */
    public void pipe(TestRecord<byte[], byte[]> image) {
        log.add(images(), image);
        handOver(Topics.IMAGES, image);
    }

    /** Hands over once more all images of the log, as a task reads them whose flow is only a fake one and cannot seek. */
    public void handOverAgain() {
        log.records(images()).forEach(input(Topics.IMAGES)::pipeInput);
    }

    /** Writes a control record. */
    public void tell(String model, String json) {
        handOver(Topics.CONTROL, new TestRecord<>(bytes(model), bytes(json)));
    }

    private static byte[] bytes(String text) {
        return text == null ? null : HeaderName.utf8(text);
    }

    private TestInputTopic<byte[], byte[]> input(String topic) {
        return inputs.computeIfAbsent(
                topic, name -> driver.createInputTopic(name, new ByteArraySerializer(), new ByteArraySerializer()));
    }

    /** What the task has written to a topic since it was last read. */
    public List<TestRecord<byte[], byte[]>> read(String topic) {
        return driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
    }

    /** Lets time pass by the task's clock. */
    public void advance(Duration time) {
        driver.advanceWallClockTime(time);
    }

    /** The partition that the task reads its images from. */
    public static TopicPartition images() {
        return new TopicPartition(Topics.IMAGES, 0);
    }

    public static Map<String, String> headers(TestRecord<byte[], byte[]> record) {
        Map<String, String> headers = new TreeMap<>();
        record.headers().forEach(header -> headers.put(header.key(), text(header.value())));
        return headers;
    }

    public static List<String> keys(List<TestRecord<byte[], byte[]>> records) {
        return records.stream().map(record -> text(record.key())).toList();
    }

    public static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
