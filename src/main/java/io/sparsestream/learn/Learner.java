package io.sparsestream.learn;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A model that learns by mini-batches. Not thread-safe: one thread owns it. */
public interface Learner extends Reconstructor {
    /**
     * Goes on with other hyperparameters from the next step on; what was learned so far stays, Adam's moments included.
     *
     * @throws IllegalArgumentException if they do not fit, or the batch or the averaging window is another
     */
    void set(Hyperparameters hyperparameters);

    /** Forgets everything and begins anew, with weights drawn from that seed and the present hyperparameters. */
    default void reset(long seed) {
        set(hyperparameters().with(Map.of("seed", Long.toString(seed))));
        state().reset(seed);
    }

    /**
     * {@inheritDoc} For the same weights the result is bit for bit that of {@link #train}.
     */
    @Override
    ForwardPass reconstruct(MiniBatch batch);

    /**
     * One step of gradient descent on a full batch.
     *
     * @throws DivergedException if the loss is no sensible number; the weights are then those before the step
     */
    StepResult train(MiniBatch batch);

    /**
     * A step that changes no parameter: the images of a full batch are counted, in averages and measures too, but not learned
     * from.
     */
    StepResult observe(MiniBatch batch);

    /** Everything that learning has changed, live: the learner reads and writes these very arrays. */
    LearningState state();

    /** Running average activations of the hidden layers, from the encoder's first on; live. */
    List<RunningAverage> averages();

    /** What is measured of the model while it learns, if it is. */
    default Optional<LiveMeasures> measures() {
        return Optional.empty();
    }

    @Override
    default double squaredWeights() {
        return state().squaredWeights();
    }
}
