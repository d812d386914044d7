package io.sparsestream.stream.single;

import io.sparsestream.learn.Learner;
import io.sparsestream.stream.ImageFlow;
import io.sparsestream.stream.Nodes;
import io.sparsestream.stream.TaskSettings;
import io.sparsestream.stream.TopologyParts;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.topic.SourceLog;
import io.sparsestream.topic.Topics;
import java.util.function.Supplier;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.Stores;

/**
 * One task learns one model:
 *
 * <pre>
 * images, control ▸ train ▸ reconstructions, activations, units, dead-letters, model
 * </pre>
 */
public final class SingleTopology {
    private SingleTopology() {}

    /**
     * With its store on disk, small as it is: only with a persistent store does Kafka Streams keep its process id, by which a
     * restarted instance fences the transaction that its killed predecessor left open.
     *
     * @param newSteps on which thread the steps are made
     * @param learner a new learner for each time that the task starts
     */
    public static Topology of(
            TaskSettings settings,
            StepQueue.Factory newSteps,
            Supplier<Learner> learner,
            SourceLog log,
            ImageFlow flow,
            TrainingListener listener) {
        return of(
                settings,
                newSteps,
                learner,
                log,
                flow,
                listener,
                Stores.persistentKeyValueStore(Topics.CHECKPOINT_STORE));
    }

    public static Topology of(
            TaskSettings settings,
            StepQueue.Factory newSteps,
            Supplier<Learner> learner,
            SourceLog log,
            ImageFlow flow,
            TrainingListener listener,
            KeyValueBytesStoreSupplier store) {
        Topology topology = new Topology();
        TopologyParts.addImages(topology, settings);
        TopologyParts.addControl(topology);
        topology.addProcessor(
                Nodes.TRAIN,
                new TopologyParts.Supplied(
                        () -> new SingleProcessor(settings, newSteps, learner, log, flow, listener), store),
                Nodes.IMAGES,
                Nodes.CONTROL);
        TopologyParts.addOutput(topology, settings);
        TopologyParts.addSink(topology, Nodes.UNITS, settings.topics().units(), Nodes.TRAIN);
        TopologyParts.addSink(topology, Nodes.PARAMETERS, settings.topics().parameters(), Nodes.TRAIN);
        return topology;
    }
}
