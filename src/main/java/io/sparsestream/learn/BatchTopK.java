package io.sparsestream.learn;

import java.util.Map;

/**
 * In training the k · B greatest sums of the mini-batch's B images, of those above 0: an image may have more and another
 * less. Everywhere else, where an image must not depend on others, the sums above a threshold: the running average, over
 * about the last 100 steps, of the least sum that was kept. B. Bussmann et al., "BatchTopK sparse autoencoders", 2024.
 *
 * <p>The average is kept in double; the model computes with its float32, which is a tensor, so that a published model has
 * the bits of the one that learns.
 */
final class BatchTopK implements Activation {
    private static final double WEIGHT = 1.0 / 100;

    private final int units;
    private final int k;
    private final Map<String, float[]> parameters;
    private final String layer;
    private final String theta; // the parameter [1] that is the threshold
    private final Greatest greatest;
    private float least; // that was kept in the last batch; 0 if nothing was

    /** @param parameters by name, live */
    BatchTopK(int batch, int units, int k, Map<String, float[]> parameters, String layer, String theta) {
        this.units = units;
        this.k = k;
        this.parameters = parameters;
        this.layer = layer;
        this.theta = theta;
        greatest = new Greatest(MiniBatch.floats(batch, units));
    }

    @Override
    public boolean needsSums() {
        return true;
    }

    @Override
    public void apply(float[] z, float[] a, int images) {
        float above = Math.max(parameters.get(theta)[0], Float.MIN_VALUE);
        for (int i = 0; i < images * units; i++) {
            a[i] = z[i] < above ? 0 : z[i]; // and what is no number stays none
        }
    }

    @Override
    public boolean isBatchWise() {
        return true;
    }

    @Override
    public void applyInTraining(float[] z, float[] a, int images) {
        greatest.keep(z, a, 0, images * units, (int) Math.min((long) k * images, Integer.MAX_VALUE));
    }

    @Override
    public void backward(float[] z, float[] a, float[] delta, int images) {
        float found = Float.POSITIVE_INFINITY;
        for (int i = 0; i < images * units; i++) {
            found = a[i] > 0 ? Math.min(found, a[i]) : found;
        }
        least = found == Float.POSITIVE_INFINITY ? 0 : found;
        Relu.pass(a, delta, images * units);
    }

    @Override
    public void update(LearningState state, Adam adam, float learningRate) {
        double[] average = state.threshold(layer);
        // A plain mean over the first ones, whose weight would otherwise depend on the first of all.
        average[0] += Math.max(WEIGHT, 1.0 / (state.step() + 1)) * (least - average[0]);
        parameters.get(theta)[0] = (float) average[0];
    }
}
