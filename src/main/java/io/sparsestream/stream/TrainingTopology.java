package io.sparsestream.stream;

import io.sparsestream.learn.Learner;
import io.sparsestream.message.PixelFormat;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Two sources, one processor with its checkpoint store, four sinks; every name fixed. Where the images topic has several
 * partitions, that is one task for each, and the averager is a task of its own:
 *
 * <pre>
 * images, globals ▸ train   ▸ reconstructions, activations, dead-letters, updates
 * updates, control ▸ average ▸ globals, model, control-results (on the activations topic)
 * </pre>
 */
final class TrainingTopology {
    static final String STORE = "checkpoint";
    static final String ROUNDS = "rounds";
    static final String RECONSTRUCTIONS = "reconstructions";
    static final String ACTIVATIONS = "activations";
    static final String PARAMETERS = "model";
    static final String DEAD_LETTERS = "dead-letters";
    static final String UPDATES = "updates";
    static final String GLOBALS = "globals";
    static final String CONTROL_RESULTS = "control-results";
    static final String SOURCE = "images";
    private static final String CONTROL = "control";
    private static final String UPDATES_SOURCE = "updates-source";
    private static final String GLOBALS_SOURCE = "globals-source";
    static final String PROCESSOR = "train";
    private static final String AVERAGER = "average";

    /** The checkpoint is overwritten whole every few seconds: compact soon, so that a restart reads little. */
    private static final Map<String, String> CHANGELOG = TopicSetup.COMPACTED;

    /**
     * How one model is trained.
     *
     * @param topics what it writes
     * @param images what it reads
     * @param partitions of the images topic
     * @param sync how the replicas are kept together where these are several
     * @param checkpointInterval least time between two checkpoints
     * @param keep which checkpoints are kept to go back to
     * @param maxBatchWait after which an image of an incomplete mini-batch is reconstructed
     * @param format of the reconstructions' pixels
     * @param onGap what to do where retention has deleted images that are still to be trained on
     * @param ahead full mini-batches that may be under way on a thread of their own; 0 where the stream thread trains, as
     *     it does wherever there are replicas
     */
    record Settings(
            Topics topics,
            String images,
            int partitions,
            Sync sync,
            Duration checkpointInterval,
            Keep keep,
            Duration maxBatchWait,
            PixelFormat format,
            OnGap onGap,
            int ahead) {
        /** Whether several replicas learn the model. */
        boolean hasReplicas() {
            return partitions > 1;
        }
    }

    private TrainingTopology() {}

    /** @param learner a new learner for each time that the task starts */
    static Topology of(
            Settings settings, Supplier<Learner> learner, SourceLog log, ImageFlow flow, TrainingListener listener) {
        // On disk, small as it is: only with a persistent store does Kafka Streams keep its process id, by which a
        // restarted instance fences the transaction that its killed predecessor left open.
        // The averager's need not be: it is small, and written whole with every round.
        return of(
                settings,
                learner,
                log,
                flow,
                listener,
                Stores.persistentKeyValueStore(STORE),
                Stores.inMemoryKeyValueStore(ROUNDS));
    }

    static Topology of(
            Settings settings,
            Supplier<Learner> learner,
            SourceLog log,
            ImageFlow flow,
            TrainingListener listener,
            KeyValueBytesStoreSupplier store,
            KeyValueBytesStoreSupplier rounds) {
        Topology topology = new Topology();
        addImages(topology, settings);
        ByteArrayDeserializer in = new ByteArrayDeserializer();
        // What retention has deleted of the control topic is old, and whoever sent it has had no answer: not an error.
        topology.addSource(AutoOffsetReset.earliest(), CONTROL, TrainingTopology::first, in, in, Topics.CONTROL);
        String told = CONTROL; // by whom a replica is: by people, or by the averager
        if (settings.hasReplicas()) {
            told = GLOBALS_SOURCE;
            topology.addSource(
                    AutoOffsetReset.none(),
                    told,
                    TrainingTopology::first,
                    in,
                    in,
                    settings.topics().globals());
        }
        topology.addProcessor(PROCESSOR, new Training(settings, learner, log, flow, listener, store), SOURCE, told);
        addOutput(topology, settings.topics());
        ByteArraySerializer out = new ByteArraySerializer();
        if (settings.hasReplicas()) {
            topology.addSink(UPDATES, settings.topics().updates(), out, out, PROCESSOR);
            addAverager(topology, new Averaging(settings, learner, log, flow, listener, rounds), settings.topics());
        } else {
            topology.addSink(PARAMETERS, settings.topics().parameters(), out, out, PROCESSOR);
        }
        return topology;
    }

    /** The averager shares no node with the replicas: else it would be no task of its own. */
    private static void addAverager(Topology topology, Averaging averager, Topics topics) {
        ByteArrayDeserializer in = new ByteArrayDeserializer();
        ByteArraySerializer out = new ByteArraySerializer();
        topology.addSource(AutoOffsetReset.none(), UPDATES_SOURCE, ImageTime::of, in, in, topics.updates());
        topology.addProcessor(AVERAGER, averager, UPDATES_SOURCE, CONTROL);
        topology.addSink(GLOBALS, topics.globals(), out, out, TrainingTopology::ofReplica, AVERAGER);
        topology.addSink(PARAMETERS, topics.parameters(), out, out, AVERAGER);
        topology.addSink(CONTROL_RESULTS, topics.activations(), out, out, AVERAGER);
    }

    /** An answer's key begins with its replica's partition. */
    private static Optional<Set<Integer>> ofReplica(String topic, byte[] key, byte[] value, int partitions) {
        return Optional.of(Set.of(ReplicaKey.replica(key)));
    }

    static void addImages(Topology topology, Settings settings) {
        ByteArrayDeserializer in = new ByteArrayDeserializer();
        // None: an offset that retention has deleted is an error, not a reason to jump silently (see InitialOffset).
        AutoOffsetReset reset = settings.onGap() == OnGap.FAIL ? AutoOffsetReset.none() : AutoOffsetReset.earliest();
        topology.addSource(reset, SOURCE, ImageTime::of, in, in, settings.images());
    }

    static void addOutput(Topology topology, Topics topics) {
        ByteArraySerializer out = new ByteArraySerializer();
        topology.addSink(RECONSTRUCTIONS, topics.reconstructions(), out, out, PROCESSOR);
        topology.addSink(ACTIVATIONS, topics.activations(), out, out, PROCESSOR);
        topology.addSink(DEAD_LETTERS, topics.deadLetters(), out, out, PROCESSOR);
    }

    /**
     * Of the records at hand Kafka Streams takes the one with the lowest timestamp: a person who steers does not wait
     * until the images that were there before have been trained on.
     */
    private static long first(ConsumerRecord<Object, Object> record, long partitionTime) {
        return 0;
    }

    /** Declares the store that the averager uses. */
    private record Averaging(
            Settings settings,
            Supplier<Learner> learner,
            SourceLog log,
            ImageFlow flow,
            TrainingListener listener,
            KeyValueBytesStoreSupplier store)
            implements ProcessorSupplier<byte[], byte[], byte[], byte[]> {
        @Override
        public Processor<byte[], byte[], byte[], byte[]> get() {
            return new Restartable(() -> new Averager(settings, learner, log, flow, listener));
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            return Set.of(changelogged(store));
        }
    }

    /** Declares the store that the processor uses. */
    private record Training(
            Settings settings,
            Supplier<Learner> learner,
            SourceLog log,
            ImageFlow flow,
            TrainingListener listener,
            KeyValueBytesStoreSupplier store)
            implements ProcessorSupplier<byte[], byte[], byte[], byte[]> {
        @Override
        public Processor<byte[], byte[], byte[], byte[]> get() {
            return new Restartable(() -> settings.hasReplicas()
                    ? new ReplicaProcessor(settings, learner, log, flow, listener)
                    : new TrainingProcessor(settings, learner, log, flow, listener));
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            return Set.of(changelogged(store));
        }
    }

    private static StoreBuilder<?> changelogged(KeyValueBytesStoreSupplier store) {
        return Stores.keyValueStoreBuilder(store, Serdes.String(), Serdes.ByteArray())
                .withLoggingEnabled(CHANGELOG)
                .withCachingDisabled();
    }
}
