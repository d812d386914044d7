package io.sparsestream.stream.rounds;

import io.sparsestream.learn.Learner;
import io.sparsestream.message.ReplicaKey;
import io.sparsestream.stream.ImageFlow;
import io.sparsestream.stream.ImageTime;
import io.sparsestream.stream.Nodes;
import io.sparsestream.stream.TaskSettings;
import io.sparsestream.stream.TopologyParts;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.topic.SourceLog;
import io.sparsestream.topic.Topics;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.Stores;

/**
 * Several replicas learn one model, a task for each partition of the images topic. The averager is a task of its own, so it
 * shares no node with them:
 *
 * <pre>
 * images, globals  ▸ train   ▸ reconstructions, activations, units, dead-letters, updates
 * updates, control ▸ average ▸ globals, model, control-results (on the activations topic)
 * </pre>
 */
public final class RoundsTopology {
    private RoundsTopology() {}

    /**
     * With the replicas' store on disk, as that of a single model. The averager's need not be: it is small, and written
     * whole with every round.
     *
     * @param learner a new learner for each time that a task starts
     */
    public static Topology of(
            TaskSettings settings,
            Replication replication,
            Supplier<Learner> learner,
            SourceLog log,
            ImageFlow flow,
            TrainingListener listener) {
        return of(
                settings,
                replication,
                learner,
                log,
                flow,
                listener,
                Stores.persistentKeyValueStore(Topics.CHECKPOINT_STORE),
                Stores.inMemoryKeyValueStore(Nodes.ROUNDS));
    }

    public static Topology of(
            TaskSettings settings,
            Replication replication,
            Supplier<Learner> learner,
            SourceLog log,
            ImageFlow flow,
            TrainingListener listener,
            KeyValueBytesStoreSupplier store,
            KeyValueBytesStoreSupplier rounds) {
        Topics topics = settings.topics();
        Topology topology = new Topology();
        TopologyParts.addImages(topology, settings);
        TopologyParts.addControl(topology);
        TopologyParts.addAhead(topology, AutoOffsetReset.none(), Nodes.GLOBALS_SOURCE, topics.globals());
        topology.addProcessor(
                Nodes.TRAIN,
                new TopologyParts.Supplied(
                        () -> new ReplicaProcessor(settings, replication, learner, log, flow, listener), store),
                Nodes.IMAGES,
                Nodes.GLOBALS_SOURCE);
        TopologyParts.addOutput(topology, settings);
        TopologyParts.addSink(topology, Nodes.UNITS, topics.units(), Nodes.TRAIN);
        TopologyParts.addSink(topology, Nodes.UPDATES, topics.updates(), Nodes.TRAIN);

        ByteArrayDeserializer in = new ByteArrayDeserializer();
        topology.addSource(AutoOffsetReset.none(), Nodes.UPDATES_SOURCE, ImageTime::of, in, in, topics.updates());
        topology.addProcessor(
                Nodes.AVERAGE,
                new TopologyParts.Supplied(
                        () -> new Averager(settings, replication, learner, log, flow, listener), rounds),
                Nodes.UPDATES_SOURCE,
                Nodes.CONTROL);
        TopologyParts.addSink(topology, Nodes.GLOBALS, topics.globals(), RoundsTopology::toItsPartition, Nodes.AVERAGE);
        TopologyParts.addSink(topology, Nodes.PARAMETERS, topics.parameters(), Nodes.AVERAGE);
        TopologyParts.addSink(topology, Nodes.CONTROL_RESULTS, topics.activations(), Nodes.AVERAGE);
        return topology;
    }

    /** An answer's key begins with its replica's partition. */
    private static Optional<Set<Integer>> toItsPartition(String topic, byte[] key, byte[] value, int partitions) {
        return Optional.of(Set.of(ReplicaKey.read(key).orElseThrow().replica()));
    }
}
