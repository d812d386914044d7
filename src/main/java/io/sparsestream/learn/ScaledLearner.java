package io.sparsestream.learn;

/**
 * A learner of scaled inputs. Images come and reconstructions go in the inputs' own units; losses and errors are of the scaled
 * ones. A mini-batch is scaled by what was known before it, then counted. The first mini-batch, and all up to
 * {@link InputScale#after} images, are only counted: a step with them changes no parameter but the scale.
 */
public final class ScaledLearner extends ForwardingLearner {
    private final InputStatistics statistics;
    private final MiniBatch scaled;
    private final float[] row; // [inputs], scratch
    private final float[] factors; // [inputs]: those of the last batch
    private final float[] reconstructions; // [B × inputs], in the inputs' own units

    private ScaledLearner(Learner learner) {
        super(learner);
        LearningState state = learner.state();
        statistics = new InputStatistics(
                learner.hyperparameters().scale().shape(),
                state.parameter(InputStatistics.OFFSET),
                state.parameter(InputStatistics.FACTOR));
        state.add(statistics);
        scaled = learner.newBatch();
        factors = new float[learner.architecture().inputs()];
        row = new float[learner.architecture().inputs()];
        reconstructions = new float[scaled.images().length];
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
        return unscaled(super.reconstruct(scaled(batch)));
    }

    @Override
    public StepResult train(MiniBatch batch) {
        return statistics.count() < Math.max(1, hyperparameters().scale().after())
                ? observe(batch)
                : counted(batch, super.train(scaled(batch)));
    }

    @Override
    public StepResult observe(MiniBatch batch) {
        return counted(batch, super.observe(scaled(batch)));
    }

    private StepResult counted(MiniBatch batch, StepResult result) {
        ForwardPass forward = unscaled(result.forward());
        statistics.add(batch.images(), batch.size());
        return new StepResult(result.step(), batch, result.losses(), forward);
    }

    private MiniBatch scaled(MiniBatch batch) {
        scaled.clear();
        for (int i = 0; i < batch.size(); i++) {
            statistics.scale(batch.images(), i * row.length, row);
            scaled.add(row, 0, batch.labels()[i]);
        }
        return scaled;
    }

    private ForwardPass unscaled(ForwardPass forward) {
        float[] present = state().parameter(InputStatistics.FACTOR);
        System.arraycopy(present, 0, factors, 0, factors.length);
        statistics.unscale(forward.reconstructions(), forward.images(), reconstructions);
        return new ForwardPass(
                forward.images(),
                reconstructions,
                forward.mse(),
                forward.activations(),
                forward.meanActivations(),
                factors,
                forward.anomalies());
    }
}
