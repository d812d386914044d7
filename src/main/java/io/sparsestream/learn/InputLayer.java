package io.sparsestream.learn;

import java.util.Arrays;

/**
 * The two matrix products of the input layer, without the pixels that are zero: four of five in a handwritten digit.
 * Arithmetic is strict, and an image's terms come in the order of its pixels: its result does not depend on the other
 * images of the batch. The rows that are summed are copied to arrays of their own first, as in {@link RowSum}.
 */
final class InputLayer {
    /** Floats of the weight matrix that are worked on together, of which about half are used: they stay in the caches. */
    private static final int PANEL = 24_000;

    private final int pixels;
    private final int units;
    private final int panelPixels;
    private final float[][] weights; // [pixels of a panel][units]: rows of the weight matrix, where a pixel is in use
    private final float[][] deltas; // [B][units]
    private final float[][] sums; // [B][units]
    private final float[] sum; // [units]
    private final int[] starts; // [pixels + 1]: where each pixel's images start in the next
    private final int[] images; // [B · pixels]: the images in which a pixel is not zero, pixel after pixel
    private final int[] next; // [B]: place of each image's first pixel behind the panels that are done

    InputLayer(int batch, int pixels, int units) {
        this.pixels = pixels;
        this.units = units;
        panelPixels = Math.max(1, PANEL / units);
        weights = new float[panelPixels][units];
        deltas = new float[batch][units];
        sums = new float[batch][units];
        sum = new float[units];
        starts = new int[pixels + 1];
        images = new int[batch * pixels];
        next = new int[batch];
    }

    /**
     * z = x · weight + bias
     *
     * @param weight [pixels × units]
     * @param z [B × units], filled as far as the batch is
     */
    void forward(MiniBatch batch, float[] weight, float[] bias, float[] z) {
        indexByPixel(batch);
        for (int image = 0; image < batch.size(); image++) {
            System.arraycopy(bias, 0, sums[image], 0, units);
            next[image] = image * pixels;
        }
        for (int from = 0; from < pixels; from += panelPixels) {
            int to = Math.min(pixels, from + panelPixels);
            for (int pixel = from; pixel < to; pixel++) {
                if (starts[pixel] < starts[pixel + 1]) {
                    System.arraycopy(weight, pixel * units, weights[pixel - from], 0, units);
                }
            }
            for (int image = 0; image < batch.size(); image++) {
                next[image] = addTerms(batch, image, from, to);
            }
        }
        for (int image = 0; image < batch.size(); image++) {
            System.arraycopy(sums[image], 0, z, image * units, units);
        }
    }

    /** Adds an image's terms of the pixels from {@code from} to {@code to}, and returns the place of the first behind them. */
    private int addTerms(MiniBatch batch, int image, int from, int to) {
        float[] x = batch.images();
        int[] used = batch.nonZeroPixels();
        int row = image * pixels;
        int end = next[image];
        while (end < batch.nonZeroEnd(image) && used[end] < to) {
            end++;
        }
        for (int t = next[image]; t < end; t += 4) { // what is missing in the last four is zero times the last one
            int p0 = used[t];
            int p1 = used[Math.min(t + 1, end - 1)];
            int p2 = used[Math.min(t + 2, end - 1)];
            int p3 = used[Math.min(t + 3, end - 1)];
            RowSum.add(
                    x[row + p0],
                    weights[p0 - from],
                    t + 1 < end ? x[row + p1] : 0,
                    weights[p1 - from],
                    t + 2 < end ? x[row + p2] : 0,
                    weights[p2 - from],
                    t + 3 < end ? x[row + p3] : 0,
                    weights[p3 - from],
                    sums[image],
                    units);
        }
        return end;
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
            int end = starts[pixel + 1];
            for (int t = starts[pixel]; t < end; t += 4) {
                int n0 = images[t];
                int n1 = images[Math.min(t + 1, end - 1)];
                int n2 = images[Math.min(t + 2, end - 1)];
                int n3 = images[Math.min(t + 3, end - 1)];
                RowSum.add(
                        x[n0 * pixels + pixel],
                        deltas[n0],
                        t + 1 < end ? x[n1 * pixels + pixel] : 0,
                        deltas[n1],
                        t + 2 < end ? x[n2 * pixels + pixel] : 0,
                        deltas[n2],
                        t + 3 < end ? x[n3 * pixels + pixel] : 0,
                        deltas[n3],
                        sum,
                        units);
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
