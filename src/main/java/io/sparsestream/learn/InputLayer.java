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
    private final int words; // of 64 images each
    private final long[] users; // [pixels × words]: a bit for each image in which a pixel is not zero
    private final int[] next; // [B]: place of each image's first pixel behind the panels that are done

    InputLayer(int batch, int pixels, int units) {
        this.pixels = pixels;
        this.units = units;
        panelPixels = Math.max(1, PANEL / units);
        weights = new float[panelPixels][units];
        deltas = new float[batch][units];
        sums = new float[batch][units];
        sum = new float[units];
        words = (batch + Long.SIZE - 1) / Long.SIZE;
        users = new long[pixels * words];
        next = new int[batch];
    }

    /**
     * z = x · weight + bias
     *
     * @param weight [pixels × units]
     * @param z [B × units], filled as far as the batch is
     */
    void forward(MiniBatch batch, float[] weight, float[] bias, float[] z) {
        noteUsers(batch);
        for (int image = 0; image < batch.size(); image++) {
            System.arraycopy(bias, 0, sums[image], 0, units);
            next[image] = image * pixels;
        }
        for (int from = 0; from < pixels; from += panelPixels) {
            int to = Math.min(pixels, from + panelPixels);
            for (int pixel = from; pixel < to; pixel++) {
                if (isUsed(pixel)) {
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
        for (int t = next[image]; t < end; t += 4) { // the last group is padded to four with zero factors
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
        for (int pixel = 0; pixel < pixels; pixel++) {
            if (isUsed(pixel)) {
                Arrays.fill(sum, 0);
                for (int word = 0; word < words; word++) {
                    addTerms(batch, pixel, word * Long.SIZE, users[pixel * words + word]);
                }
                System.arraycopy(sum, 0, gradient, pixel * units, units);
            } else {
                Arrays.fill(gradient, pixel * units, (pixel + 1) * units, 0);
            }
        }
    }

    /** Adds a pixel's terms of some of the images that use it: of {@code first} and those after it whose bit is set. */
    private void addTerms(MiniBatch batch, int pixel, int first, long bits) {
        float[] x = batch.images();
        long left = bits;
        while (left != 0) { // padded in the same way
            int n0 = first + Long.numberOfTrailingZeros(left);
            left &= left - 1;
            boolean second = left != 0;
            int n1 = second ? first + Long.numberOfTrailingZeros(left) : n0;
            left &= left - 1;
            boolean third = left != 0;
            int n2 = third ? first + Long.numberOfTrailingZeros(left) : n0;
            left &= left - 1;
            boolean fourth = left != 0;
            int n3 = fourth ? first + Long.numberOfTrailingZeros(left) : n0;
            left &= left - 1;
            RowSum.add(
                    x[n0 * pixels + pixel],
                    deltas[n0],
                    second ? x[n1 * pixels + pixel] : 0,
                    deltas[n1],
                    third ? x[n2 * pixels + pixel] : 0,
                    deltas[n2],
                    fourth ? x[n3 * pixels + pixel] : 0,
                    deltas[n3],
                    sum,
                    units);
        }
    }

    private boolean isUsed(int pixel) {
        for (int word = 0; word < words; word++) {
            if (users[pixel * words + word] != 0) {
                return true;
            }
        }
        return false;
    }

    /** Turns the batch's lists of pixels by image into sets of images by pixel. */
    private void noteUsers(MiniBatch batch) {
        int[] used = batch.nonZeroPixels();
        Arrays.fill(users, 0);
        for (int image = 0; image < batch.size(); image++) {
            int word = image / Long.SIZE;
            long bit = 1L << image; // the shift takes the number modulo 64
            for (int t = image * pixels; t < batch.nonZeroEnd(image); t++) {
                users[used[t] * words + word] |= bit;
            }
        }
    }
}
