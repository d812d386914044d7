package io.sparsestream.stream.single;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.learn.ScaledLearner;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.ReconstructionFormat;
import io.sparsestream.stream.Keep;
import io.sparsestream.stream.OnGap;
import io.sparsestream.stream.TaskHarness;
import io.sparsestream.stream.TaskHarness.Stored;
import io.sparsestream.stream.TaskSettings;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.topic.Topics;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.streams.Topology;

/** Tasks whose learner is no fake. */
final class RealLearner {
    private RealLearner() {}

    /** A checkpoint comes every 5 s. */
    static Topology topology(Topics topics, Supplier<Learner> learner, TaskHarness task, Stored stored) {
        return topology(topics, InputFormat.AUTO, Optional.empty(), learner, new TrainingListener() {}, task, stored);
    }

    /** The same of records of any format, with alerts above a rank. */
    static Topology topology(
            Topics topics,
            InputFormat input,
            Optional<Double> alertAbove,
            Supplier<Learner> learner,
            TrainingListener listener,
            TaskHarness task,
            Stored stored) {
        TaskSettings settings = new TaskSettings(
                topics,
                Topics.IMAGES,
                Duration.ofSeconds(5),
                new Keep(2, 4),
                Duration.ofSeconds(1),
                input,
                ReconstructionFormat.UINT8,
                alertAbove,
                OnGap.FAIL);
        return SingleTopology.of(
                settings,
                StepQueue.inline(),
                learner,
                task.log(),
                task.flow(),
                listener,
                stored.restored(Topics.CHECKPOINT_STORE));
    }

    /** Of vectors, by the preset of that name. */
    static Learner ofVectors(int inputs) {
        return ScaledLearner.of(
                new Autoencoder(Architecture.of(inputs, 2, inputs), Hyperparameters.VECTORS, new PortableProduct()));
    }

    /** Every array of the learning state. */
    static void assertSameState(Learner found, Learner expected) {
        expected.state()
                .values()
                .forEach((name, values) ->
                        assertThat(found.state().values().get(name)).as(name).isEqualTo(values));
        expected.state()
                .averages()
                .forEach((name, values) ->
                        assertThat(found.state().averages().get(name)).as(name).isEqualTo(values));
    }
}
