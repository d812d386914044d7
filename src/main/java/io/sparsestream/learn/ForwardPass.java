package io.sparsestream.learn;

/**
 * What a forward pass found. The arrays are the learner's own and hold until its next call.
 *
 * @param images number of images n
 * @param reconstructions float32 [n × pixels], values 0 … 1 unless the output is linear; longer where the batch was not full
 * @param mse mean squared error of each image [n]
 * @param activations float32 [n × units] of every hidden layer; longer where the batch was not full
 * @param meanActivations mean activation ρ̂ of every unit over the n images, by hidden layer
 * @param factors what the difference of each input from its reconstruction is multiplied with in the error [inputs]: 1
 *     unless inputs are scaled
 * @param anomalies how unlike those before it each image is
 */
public record ForwardPass(
        int images,
        float[] reconstructions,
        double[] mse,
        float[][] activations,
        double[][] meanActivations,
        float[] factors,
        Anomalies anomalies) {

    /** Units of a hidden layer, counted from 0, whose activation is above 0: mean over the images. */
    public double active(int layer) {
        int values = images * meanActivations[layer].length;
        long active = 0;
        for (int i = 0; i < values; i++) {
            active += activations[layer][i] > 0 ? 1 : 0;
        }
        return (double) active / images;
    }

    /**
     * Units of a hidden layer, counted from 0, that are active for an image.
     *
     * @param above what their activation exceeds: {@link ActivationKind#activeAbove}
     */
    public int active(int layer, int image, float above) {
        int units = meanActivations[layer].length;
        int active = 0;
        for (int i = image * units; i < (image + 1) * units; i++) {
            active += activations[layer][i] > above ? 1 : 0;
        }
        return active;
    }

    /** Mean squared error over all images and pixels. */
    public double meanMse() {
        double sum = 0;
        for (int i = 0; i < images; i++) {
            sum += mse[i];
        }
        return sum / images;
    }
}
