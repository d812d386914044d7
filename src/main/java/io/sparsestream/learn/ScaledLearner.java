package io.sparsestream.learn;

/**
 * A learner of scaled inputs. Images come and reconstructions go in the inputs' own units; losses and errors are of the scaled
 * ones. A mini-batch is scaled by what was known before it, then counted. The first mini-batch, and all up to
 * {@link InputScale#after} images, are only counted: a step with them changes no parameter but the scale.
 */
public final class ScaledLearner extends ForwardingLearner {
    private final InputStatistics statistics;
    private final Scaling scaling;

    private ScaledLearner(Learner learner) {
        super(learner);
        LearningState state = learner.state();
        statistics = new InputStatistics(learner.hyperparameters().scale().shape(), state.values());
        state.add(statistics);
        scaling = new Scaling(statistics, learner.newBatch());
    }

    /**
     * A learner whose inputs are scaled as its hyperparameters say: itself if they are not.
     *
     * @param learner new, or with the parameters of another
     */
    public static Learner of(Learner learner) {
        return learner.hyperparameters().scale().isGiven() ? new ScaledLearner(learner) : learner;
    }

    @Override
    public ForwardPass reconstruct(MiniBatch batch) {
        return scaling.unscaled(super.reconstruct(scaling.scaled(batch)));
    }

    @Override
    public StepResult train(MiniBatch batch) {
        return statistics.count() < Math.max(1, hyperparameters().scale().after())
                ? observe(batch)
                : counted(batch, super.train(scaling.scaled(batch)));
    }

    @Override
    public StepResult observe(MiniBatch batch) {
        return counted(batch, super.observe(scaling.scaled(batch)));
    }

    private StepResult counted(MiniBatch batch, StepResult result) {
        ForwardPass forward = scaling.unscaled(result.forward());
        statistics.add(batch.images(), batch.size());
        return new StepResult(result.step(), batch, result.losses(), forward);
    }
}
