package io.sparsestream.learn;

import java.util.Arrays;

/**
 * The two matrix products of the input layer, without the pixels that are zero: four of five in a handwritten digit.
 * Arithmetic is strict, and an image's terms come in the order of its pixels: its result does not depend on the other
 * images of the batch. The rows that are summed are copied to arrays of their own first, as in {@link RowSum}.
 */
final class InputLayer {
    private final int pixels;
    private final int units;
    private final float[][] weights; // [pixels][units]: rows of the weight matrix, where a pixel is in use
    private final float[][] deltas; // [B][units]
    private final float[] sum; // [units]
    private final int[] starts; // [pixels + 1]: where each pixel's images start in the next
    private final int[] images; // [B · pixels]: the images in which a pixel is not zero, pixel after pixel

    InputLayer(int batch, int pixels, int units) {
        this.pixels = pixels;
        this.units = units;
        weights = new float[pixels][units];
        deltas = new float[batch][units];
        sum = new float[units];
        starts = new int[pixels + 1];
        images = new int[batch * pixels];
    }

    /**
     * z = x · weight + bias
     *
     * @param weight [pixels × units]
     * @param z [B × units], filled as far as the batch is
     */
    void forward(MiniBatch batch, float[] weight, float[] bias, float[] z) {
        indexByPixel(batch);
        for (int pixel = 0; pixel < pixels; pixel++) {
            if (starts[pixel] < starts[pixel + 1]) {
                System.arraycopy(weight, pixel * units, weights[pixel], 0, units);
            }
        }
        float[] x = batch.images();
        int[] used = batch.nonZeroPixels();
        for (int image = 0; image < batch.size(); image++) {
            System.arraycopy(bias, 0, sum, 0, units);
            int row = image * pixels;
            int end = batch.nonZeroEnd(image);
            int t = row;
            for (; t + 3 < end; t += 4) {
                int p0 = used[t];
                int p1 = used[t + 1];
                int p2 = used[t + 2];
                int p3 = used[t + 3];
                RowSum.add(
                        x[row + p0],
                        weights[p0],
                        x[row + p1],
                        weights[p1],
                        x[row + p2],
                        weights[p2],
                        x[row + p3],
                        weights[p3],
                        sum,
                        units);
            }
            for (; t < end; t++) {
                RowSum.add(x[row + used[t]], weights[used[t]], sum, units);
            }
            System.arraycopy(sum, 0, z, image * units, units);
        }
    }

    /**
     * gradient = xᵀ · delta, for the batch of the last {@link #forward}.
     *
     * @param delta [B × units]
     * @param gradient [pixels × units]
     */
    void gradient(MiniBatch batch, float[] delta, float[] gradient) {
        for (int image = 0; image < batch.size(); image++) {
            System.arraycopy(delta, image * units, deltas[image], 0, units);
        }
        float[] x = batch.images();
        for (int pixel = 0; pixel < pixels; pixel++) {
            Arrays.fill(sum, 0);
            int t = starts[pixel];
            int end = starts[pixel + 1];
            for (; t + 3 < end; t += 4) {
                int n0 = images[t];
                int n1 = images[t + 1];
                int n2 = images[t + 2];
                int n3 = images[t + 3];
                RowSum.add(
                        x[n0 * pixels + pixel],
                        deltas[n0],
                        x[n1 * pixels + pixel],
                        deltas[n1],
                        x[n2 * pixels + pixel],
                        deltas[n2],
                        x[n3 * pixels + pixel],
                        deltas[n3],
                        sum,
                        units);
            }
            for (; t < end; t++) {
                RowSum.add(x[images[t] * pixels + pixel], deltas[images[t]], sum, units);
            }
            System.arraycopy(sum, 0, gradient, pixel * units, units);
        }
    }

    /** Turns the batch's list of pixels by image into one of images by pixel: a counting sort. */
    private void indexByPixel(MiniBatch batch) {
        int[] used = batch.nonZeroPixels();
        Arrays.fill(starts, 0);
        for (int image = 0; image < batch.size(); image++) {
            for (int t = image * pixels; t < batch.nonZeroEnd(image); t++) {
                starts[used[t]]++;
            }
        }
        int end = 0;
        for (int pixel = 0; pixel < pixels; pixel++) {
            end += starts[pixel];
            starts[pixel] = end;
        }
        starts[pixels] = end;
        for (int image = batch.size() - 1; image >= 0; image--) { // backwards, so that every end becomes a start
            for (int t = image * pixels; t < batch.nonZeroEnd(image); t++) {
                images[--starts[used[t]]] = image;
            }
        }
    }
}
