package io.sparsestream.learn;

/**
 * What a forward pass found. The arrays are the learner's own and hold until its next call.
 *
 * @param images number of images n
 * @param reconstructions float32 [n × pixels], values 0 … 1; longer where the batch was not full
 * @param mse mean squared error of each image [n]
 * @param activations float32 [n × units] of every hidden layer; longer where the batch was not full
 * @param meanActivations mean activation ρ̂ of every unit over the n images, by hidden layer
 */
public record ForwardPass(
        int images, float[] reconstructions, double[] mse, float[][] activations, double[][] meanActivations) {

    /** Mean squared error over all images and pixels. */
    public double meanMse() {
        double sum = 0;
        for (int i = 0; i < images; i++) {
            sum += mse[i];
        }
        return sum / images;
    }
}
