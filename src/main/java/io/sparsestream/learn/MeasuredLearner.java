package io.sparsestream.learn;

import java.util.Optional;

/**
 * A learner whose {@link LiveMeasures} are taken at each step, and are part of its state. It learns what it would without them,
 * bit for bit.
 */
public final class MeasuredLearner extends ForwardingLearner {
    private final LiveMeasures measures;

    /**
     * @param learner new
     * @param probes makes the products of the probes; empty if there are to be none
     */
    public MeasuredLearner(Learner learner, Optional<MatrixProduct> probes) {
        super(learner);
        measures = new LiveMeasures(learner.architecture(), learner.hyperparameters(), probes);
        learner.state().add(measures);
    }

    /** With probes. */
    public MeasuredLearner(Learner learner, MatrixProduct product) {
        this(learner, Optional.of(product));
    }

    /** What the forward pass found holds after the update: so the measures see what the model was before it. */
    @Override
    public StepResult train(MiniBatch batch) {
        StepResult result = super.train(batch);
        measures.add(result);
        return result;
    }

    @Override
    public StepResult observe(MiniBatch batch) {
        StepResult result = super.observe(batch);
        measures.add(result);
        return result;
    }

    @Override
    public Optional<LiveMeasures> measures() {
        return Optional.of(measures);
    }
}
