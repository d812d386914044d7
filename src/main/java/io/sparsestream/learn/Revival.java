package io.sparsestream.learn;

import java.util.Arrays;
import java.util.List;

/**
 * Gives the units of a hidden layer that were silent for long another beginning: each encodes what is special about one of the images that this
 * step has reconstructed worst, that is its input to the layer minus the batch's mean. What it says counts for nothing at
 * first: its outgoing weights are 0, and its moments with them. A unit whose image is the mean itself, as in a batch of one
 * or of equals, stays silent until another round. A function of state and batch alone.
 */
final class Revival {
    /** Of float32. */
    private static final double ROUNDING = 0x1p-24;

    private final LearningState state;
    private final Tensor weight; // [in × units]
    private final Tensor bias;
    private final Tensor outgoing; // [units × out]
    private final int in;
    private final int units;
    private final int out;
    private final double[] revived;
    private final double[] mean; // [in]
    private final float[] special; // [in]
    private final RowSum rowSum;
    private final boolean[] taken; // [B]

    /**
     * @param layer a hidden one of the encoder, counted from 0
     * @param name of the layer
     */
    Revival(LearningState state, int layer, String name, int batch) {
        List<Tensor> tensors = state.tensors();
        this.state = state;
        revived = state.revived(name);
        weight = tensors.get(2 * layer);
        bias = tensors.get(2 * layer + 1);
        outgoing = tensors.get(2 * layer + 2);
        in = weight.shape().get(0);
        units = weight.shape().get(1);
        out = outgoing.shape().get(1);
        mean = new double[in];
        special = new float[in];
        rowSum = new RowSum(in);
        taken = new boolean[batch];
    }

    /**
     * After the update of a step.
     *
     * @param x the layer's input [images × in]
     * @param mse of each image
     * @return whether there was such a unit
     */
    boolean revive(Silence silence, Activation function, float[] x, int images, double[] mse) {
        Arrays.fill(taken, false);
        int count = 0;
        int tried = 0;
        for (int unit = 0; unit < units && tried < images; unit++) { // two of the same image would be the same unit
            if (silence.isLong(unit)) {
                if (tried == 0) {
                    rowSum.mean(x, images, mean);
                }
                double size = specialize(x, worst(mse, images));
                tried++;
                if (size > leastSize(images)) {
                    begin(unit, norm(silence) / Math.sqrt(size));
                    function.revive(state, unit);
                    silence.end(unit);
                    count++;
                }
            }
        }
        revived[0] += count;
        return count > 0;
    }

    /** The image with the greatest error of those that are left; of equal ones the first. */
    private int worst(double[] mse, int images) {
        int worst = -1;
        for (int image = 0; image < images; image++) {
            if (!taken[image] && (worst < 0 || mse[image] > mse[worst])) {
                worst = image;
            }
        }
        taken[worst] = true;
        return worst;
    }

    /** Root mean square of the norms of the incoming weights of the units that live. */
    private double norm(Silence silence) {
        float[] w = state.parameter(weight.name());
        double sum = 0;
        int living = 0;
        for (int j = 0; j < units; j++) {
            if (!silence.isLong(j)) {
                living++;
                for (int i = 0; i < in; i++) {
                    sum += (double) w[i * units + j] * w[i * units + j];
                }
            }
        }
        return living == 0 ? 1 : Math.sqrt(sum / living);
    }

    /** Finds what is special about an image, and its square. */
    private double specialize(float[] x, int image) {
        double size = 0;
        for (int i = 0; i < in; i++) {
            special[i] = (float) (x[image * in + i] - mean[i]);
            size += (double) special[i] * special[i];
        }
        return size;
    }

    /** What rounding can make of a batch of equal images: weights in its direction would be noise, and of 0 for ever 0. */
    private double leastSize(int images) {
        double square = 0;
        for (double each : mean) {
            square += each * each;
        }
        return square * (images * ROUNDING) * (images * ROUNDING);
    }

    /** @param factor of what is special, which makes it the unit's incoming weights */
    private void begin(int unit, double factor) {
        double threshold = 0;
        float[] w = state.parameter(weight.name());
        for (int i = 0; i < in; i++) {
            w[i * units + unit] = (float) (factor * special[i]);
            threshold += w[i * units + unit] * mean[i];
        }
        clear(state.firstMoment(weight), unit, units);
        clear(state.secondMoment(weight), unit, units);
        state.parameter(bias.name())[unit] = (float) -threshold;
        state.firstMoment(bias)[unit] = 0;
        state.secondMoment(bias)[unit] = 0;
        for (float[] values :
                List.of(state.parameter(outgoing.name()), state.firstMoment(outgoing), state.secondMoment(outgoing))) {
            Arrays.fill(values, unit * out, (unit + 1) * out, 0);
        }
    }

    private static void clear(float[] values, int from, int step) {
        for (int i = from; i < values.length; i += step) {
            values[i] = 0;
        }
    }
}
