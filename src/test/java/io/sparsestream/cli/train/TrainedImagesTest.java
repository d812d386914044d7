package io.sparsestream.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.stream.TrainingListener;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainedImagesTest {
    private final TrainedImages trained = new TrainedImages();
    private final Learner learner =
            new Autoencoder(Architecture.of(4, 2, 4), Hyperparameters.PLAIN, new PortableProduct());

    /** A step may take longer than any time without one. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aMiniBatchIsUnderWayUntilItsStepIsMadeOrItsTaskEnds(boolean replica) {
        TrainingListener task = replica ? trained.replica(1) : trained.single();
        task.onResume(learner, 1);
        assertThat(trained.isIdle()).isTrue();
        task.onBatch();
        task.onBatch();
        task.onStep(null, learner, 1);
        assertThat(trained.isIdle()).isFalse();
        task.onStep(null, learner, 1);
        assertThat(trained.isIdle()).isTrue();

        task.onBatch();
        task.onResume(learner, 1); // it began anew
        assertThat(trained.isIdle()).isTrue();
        task.onBatch();
        task.onEnd();
        assertThat(trained.isIdle()).isTrue();
        task.onStep(null, learner, 1);
        assertThat(trained.isIdle()).as("a step of the task that has ended").isTrue();
    }
}
