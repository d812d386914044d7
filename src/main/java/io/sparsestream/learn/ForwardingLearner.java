package io.sparsestream.learn;

import java.util.List;
import java.util.Optional;

/** A learner around another one, to which it hands on all that a subclass does not do by itself. */
public abstract class ForwardingLearner implements Learner {
    private final Learner learner;

    protected ForwardingLearner(Learner learner) {
        this.learner = learner;
    }

    @Override
    public final Architecture architecture() {
        return learner.architecture();
    }

    @Override
    public final Hyperparameters hyperparameters() {
        return learner.hyperparameters();
    }

    @Override
    public final void set(Hyperparameters hyperparameters) {
        learner.set(hyperparameters);
    }

    @Override
    public ForwardPass reconstruct(MiniBatch batch) {
        return learner.reconstruct(batch);
    }

    @Override
    public StepResult train(MiniBatch batch) {
        return learner.train(batch);
    }

    @Override
    public StepResult observe(MiniBatch batch) {
        return learner.observe(batch);
    }

    @Override
    public final LearningState state() {
        return learner.state();
    }

    @Override
    public final List<RunningAverage> averages() {
        return learner.averages();
    }

    @Override
    public Optional<LiveMeasures> measures() {
        return learner.measures();
    }
}
