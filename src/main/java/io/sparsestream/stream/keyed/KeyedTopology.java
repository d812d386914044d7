package io.sparsestream.stream.keyed;

import io.sparsestream.learn.Learner;
import io.sparsestream.stream.ImageFlow;
import io.sparsestream.stream.Nodes;
import io.sparsestream.stream.TaskSettings;
import io.sparsestream.stream.TopologyParts;
import io.sparsestream.topic.SourceLog;
import io.sparsestream.topic.Topics;
import java.util.function.Supplier;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.Stores;

/**
 * A model for each key, a task for each partition of the images topic:
 *
 * <pre>
 * images ▸ train ▸ reconstructions, activations, dead-letters, model
 * </pre>
 */
public final class KeyedTopology {
    private KeyedTopology() {}

    /** @param learner a new learner, of which each task asks for as many as it may have in memory */
    public static Topology of(
            TaskSettings settings,
            PerKey perKey,
            Supplier<Learner> learner,
            SourceLog log,
            ImageFlow flow,
            KeyedListener listener) {
        return of(settings, perKey, learner, log, flow, listener, Stores.persistentKeyValueStore(Topics.MODELS_STORE));
    }

    public static Topology of(
            TaskSettings settings,
            PerKey perKey,
            Supplier<Learner> learner,
            SourceLog log,
            ImageFlow flow,
            KeyedListener listener,
            KeyValueBytesStoreSupplier store) {
        Topology topology = new Topology();
        TopologyParts.addImages(topology, settings);
        topology.addProcessor(
                Nodes.TRAIN,
                new TopologyParts.Supplied(
                        () -> new KeyedProcessor(settings, perKey, learner, log, flow, listener), store),
                Nodes.IMAGES);
        TopologyParts.addOutput(topology, settings);
        TopologyParts.addSink(topology, Nodes.PARAMETERS, settings.topics().parameters(), Nodes.TRAIN);
        return topology;
    }
}
