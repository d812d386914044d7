package io.sparsestream.stream;

import io.sparsestream.topic.TopicSetup;
import io.sparsestream.topic.Topics;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** What the topologies have in common: every key and value is bytes, every name fixed. */
public final class TopologyParts {
    private TopologyParts() {}

    public static void addImages(Topology topology, TaskSettings settings) {
        ByteArrayDeserializer in = new ByteArrayDeserializer();
        // None: an offset that retention has deleted is an error, not a reason to jump silently (see InitialOffset).
        AutoOffsetReset reset = settings.onGap() == OnGap.FAIL ? AutoOffsetReset.none() : AutoOffsetReset.earliest();
        topology.addSource(reset, Nodes.IMAGES, ImageTime::of, in, in, settings.images());
    }

    /** What people tell models. Retention may have deleted a part: whoever sent that has had no answer, so it is no error. */
    public static void addControl(Topology topology) {
        addAhead(topology, AutoOffsetReset.earliest(), Nodes.CONTROL, Topics.CONTROL);
    }

    /**
     * A source whose records are taken before all others. Of the records at hand Kafka Streams takes the one with the lowest
     * timestamp: a person who steers does not wait until the images that were there before have been trained on.
     */
    public static void addAhead(Topology topology, AutoOffsetReset reset, String name, String topic) {
        ByteArrayDeserializer in = new ByteArrayDeserializer();
        topology.addSource(reset, name, TopologyParts::lowest, in, in, topic);
    }

    private static long lowest(ConsumerRecord<Object, Object> record, long partitionTime) {
        return 0;
    }

    /** What every task that trains writes. */
    public static void addOutput(Topology topology, TaskSettings settings) {
        Topics topics = settings.topics();
        if (settings.alertAbove().isPresent()) {
            addSink(topology, Nodes.ANOMALIES, topics.anomalies(), Nodes.TRAIN);
        }
        addSink(topology, Nodes.RECONSTRUCTIONS, topics.reconstructions(), Nodes.TRAIN);
        addSink(topology, Nodes.ACTIVATIONS, topics.activations(), Nodes.TRAIN);
        addSink(topology, Nodes.DEAD_LETTERS, topics.deadLetters(), Nodes.TRAIN);
    }

    public static void addSink(Topology topology, String name, String topic, String parent) {
        topology.addSink(name, topic, new ByteArraySerializer(), new ByteArraySerializer(), parent);
    }

    public static void addSink(
            Topology topology,
            String name,
            String topic,
            StreamPartitioner<byte[], byte[]> partitioner,
            String parent) {
        topology.addSink(name, topic, new ByteArraySerializer(), new ByteArraySerializer(), partitioner, parent);
    }

    /** A checkpoint is overwritten whole every few seconds: compact soon, so that a restart reads little. */
    public static StoreBuilder<KeyValueStore<String, byte[]>> ofCheckpoints(KeyValueBytesStoreSupplier store) {
        return Stores.keyValueStoreBuilder(store, Serdes.String(), Serdes.ByteArray())
                .withLoggingEnabled(TopicSetup.CHANGELOG)
                .withCachingDisabled();
    }

    /**
     * A processor with its changelogged store.
     *
     * @param processor a new one for each start of the task
     */
    public record Supplied(
            Supplier<Processor<byte[], byte[], byte[], byte[]>> processor, KeyValueBytesStoreSupplier store)
            implements ProcessorSupplier<byte[], byte[], byte[], byte[]> {
        @Override
        public Processor<byte[], byte[], byte[], byte[]> get() {
            return new Restartable<>(processor);
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            return Set.of(ofCheckpoints(store));
        }
    }
}
