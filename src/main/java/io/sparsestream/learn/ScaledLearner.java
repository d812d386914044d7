package io.sparsestream.learn;

import java.util.List;
import java.util.Optional;

/**
 * A learner of scaled inputs. Images come and reconstructions go in the inputs' own units; losses and errors are of the scaled
 * ones. A mini-batch is scaled by what was known before it, then counted. The first mini-batch, and all up to
 * {@link InputScale#after} images, are only counted: a step with them changes no parameter but the scale.
 */
public final class ScaledLearner implements Learner {
    private final Learner learner;
    private final InputStatistics statistics;
    private final MiniBatch scaled;
    private final float[] row; // [inputs], scratch
    private final float[] factors; // [inputs]: those of the last batch
    private final float[] reconstructions; // [B × inputs], in the inputs' own units

    private ScaledLearner(Learner learner) {
        this.learner = learner;
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
    public Architecture architecture() {
        return learner.architecture();
    }

    @Override
    public Hyperparameters hyperparameters() {
        return learner.hyperparameters();
    }

    @Override
    public void set(Hyperparameters hyperparameters) {
        learner.set(hyperparameters);
    }

    @Override
    public ForwardPass reconstruct(MiniBatch batch) {
        return unscaled(learner.reconstruct(scaled(batch)));
    }

    @Override
    public StepResult train(MiniBatch batch) {
        StepResult result =
                statistics.count() < Math.max(1, hyperparameters().scale().after())
                        ? gather(batch)
                        : learner.train(scaled(batch));
        ForwardPass forward = unscaled(result.forward());
        statistics.add(batch.images(), batch.size());
        return new StepResult(result.step(), batch, result.losses(), forward);
    }

    private StepResult gather(MiniBatch batch) {
        LearningState state = state();
        ForwardPass forward = learner.reconstruct(scaled(batch));
        StepResult result = new StepResult(state.step(), batch, new Losses(forward.meanMse(), 0, 0), forward);
        state.count(batch.size(), state.squaredWeights());
        return result;
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

    @Override
    public LearningState state() {
        return learner.state();
    }

    @Override
    public List<RunningAverage> averages() {
        return learner.averages();
    }

    @Override
    public Optional<LiveMeasures> measures() {
        return learner.measures();
    }
}
