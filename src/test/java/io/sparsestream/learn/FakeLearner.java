package io.sparsestream.learn;

import java.util.List;
import java.util.Map;

/**
 * Learns nothing, but remembers what it was shown, in order: its one "weight" is a hash of the first pixels of all
 * images so far, and of the alpha that was valid for each. Reconstructs every image as itself; its first unit's activation is
 * an image's first pixel.
 */
public final class FakeLearner implements Learner {
    public static final int PIXELS = 4;
    public static final int BATCH = 3;

    private final Architecture architecture = Architecture.of(PIXELS, 2, PIXELS);
    private Hyperparameters hyperparameters = Hyperparameters.PLAIN.with(Map.of("batch", Integer.toString(BATCH)));
    private final LearningState state = new LearningState(architecture, hyperparameters);

    @Override
    public Architecture architecture() {
        return architecture;
    }

    @Override
    public Hyperparameters hyperparameters() {
        return hyperparameters;
    }

    @Override
    public void set(Hyperparameters changed) {
        hyperparameters = changed;
    }

    @Override
    public ForwardPass reconstruct(MiniBatch batch) {
        double[][] means = {new double[2]};
        float[] activations = new float[2 * batch.size()];
        for (int i = 0; i < batch.size(); i++) {
            activations[2 * i] = batch.images()[i * PIXELS];
            activations[2 * i + 1] = batch.images()[i * PIXELS] + state.parameter("w_e_1")[0]; // which learning changes
        }
        return new ForwardPass(
                batch.size(),
                batch.images().clone(),
                new double[] {0.5, 0.25, 0.125},
                new float[][] {activations},
                means,
                new float[PIXELS],
                Anomalies.unknown(3));
    }

    @Override
    public StepResult train(MiniBatch batch) {
        StepResult result = new StepResult(state.step(), batch, new Losses(0.5, 0, 0), reconstruct(batch));
        float[] weight = state.parameter("w_e_1");
        for (int i = 0; i < batch.size(); i++) {
            weight[0] = weight[0] * 0.9f + batch.images()[i * PIXELS] + (float) hyperparameters.alpha();
            weight[1] = weight[1] * 0.8f + batch.images()[i * PIXELS] / 3; // so that one scale does not fit all
        }
        state.count(batch.size(), 0);
        return result;
    }

    @Override
    public StepResult observe(MiniBatch batch) {
        StepResult result = new StepResult(state.step(), batch, new Losses(0.5, 0, 0), reconstruct(batch));
        state.count(batch.size(), 0);
        return result;
    }

    @Override
    public LearningState state() {
        return state;
    }

    @Override
    public List<RunningAverage> averages() {
        return List.of(new RunningAverage("h_e_1", state, 100));
    }
}
