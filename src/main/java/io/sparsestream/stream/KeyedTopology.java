package io.sparsestream.stream;

import io.sparsestream.learn.Learner;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** A model for each key: one source, one processor with the store of the models, four sinks; every name fixed. */
final class KeyedTopology {
    static final String STORE = "models";

    private KeyedTopology() {}

    /** @param learner a new learner, of which each task asks for as many as it may have in memory */
    static Topology of(
            TrainingTopology.Settings settings,
            PerKey perKey,
            Supplier<Learner> learner,
            SourceLog log,
            ImageFlow flow,
            KeyedListener listener) {
        return of(settings, perKey, learner, log, flow, listener, Stores.persistentKeyValueStore(STORE));
    }

    static Topology of(
            TrainingTopology.Settings settings,
            PerKey perKey,
            Supplier<Learner> learner,
            SourceLog log,
            ImageFlow flow,
            KeyedListener listener,
            KeyValueBytesStoreSupplier store) {
        Topology topology = new Topology();
        TrainingTopology.addImages(topology, settings);
        topology.addProcessor(
                TrainingTopology.PROCESSOR,
                new Training(settings, perKey, learner, log, flow, listener, store),
                TrainingTopology.SOURCE);
        TrainingTopology.addOutput(topology, settings.topics());
        topology.addSink(
                TrainingTopology.PARAMETERS,
                settings.topics().parameters(),
                new ByteArraySerializer(),
                new ByteArraySerializer(),
                TrainingTopology.PROCESSOR);
        return topology;
    }

    /** Declares the store that the processor uses. */
    private record Training(
            TrainingTopology.Settings settings,
            PerKey perKey,
            Supplier<Learner> learner,
            SourceLog log,
            ImageFlow flow,
            KeyedListener listener,
            KeyValueBytesStoreSupplier store)
            implements ProcessorSupplier<byte[], byte[], byte[], byte[]> {
        @Override
        public Processor<byte[], byte[], byte[], byte[]> get() {
            return new Restartable(() -> new KeyedProcessor(settings, perKey, learner, log, flow, listener));
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            return Set.of(Stores.keyValueStoreBuilder(store, Serdes.String(), Serdes.ByteArray())
                    .withLoggingEnabled(TopicSetup.COMPACTED)
                    .withCachingDisabled());
        }
    }
}
