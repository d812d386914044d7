package io.sparsestream.learn;

import java.util.Arrays;

/**
 * The matrix products of a layer whose inputs are mostly zero, without these: four of five pixels of a handwritten digit, or
 * all units but the greatest. Arithmetic is strict, and an image's terms come in the order of its inputs: its result does
 * not depend on the other images of the batch. The rows that are summed are copied to arrays of their own first, as in
 * {@link RowSum}.
 */
final class SparseProduct {
    /** Floats of the weight matrix that are worked on together, of which about half are used: they stay in the caches. */
    private static final int PANEL = 24_000;

    private final int inputs;
    private final int units;
    private final int panelInputs;
    private final float[][] weights; // [inputs of a panel][units]: rows of the weight matrix, where an input is in use
    private final float[][] deltas; // [B][units]
    private final float[][] sums; // [B][units]
    private final float[] sum; // [units]
    private final int words; // of 64 images each
    private final long[] users; // [inputs × words]: a bit for each image in which an input is not zero
    private final RowSum rowSum;
    private final int[] next; // [B]: place of each image's first input behind the panels that are done

    SparseProduct(int batch, int inputs, int units) {
        this.inputs = inputs;
        this.units = units;
        panelInputs = Math.max(1, PANEL / units);
        weights = new float[panelInputs][units];
        deltas = new float[batch][units];
        sums = new float[batch][units];
        sum = new float[units];
        words = (batch + Long.SIZE - 1) / Long.SIZE;
        users = new long[inputs * words];
        rowSum = new RowSum(units);
        next = new int[batch];
    }

    /**
     * z = x · weight + bias
     *
     * @param weight [inputs × units]
     * @param z [B × units], filled as far as there are images
     */
    void forward(SparseRows x, int images, float[] weight, float[] bias, float[] z) {
        noteUsers(x, images);
        for (int image = 0; image < images; image++) {
            System.arraycopy(bias, 0, sums[image], 0, units);
            next[image] = image * inputs;
        }
        for (int from = 0; from < inputs; from += panelInputs) {
            int to = Math.min(inputs, from + panelInputs);
            for (int input = from; input < to; input++) {
                if (isUsed(input)) {
                    System.arraycopy(weight, input * units, weights[input - from], 0, units);
                }
            }
            for (int image = 0; image < images; image++) {
                next[image] = addTerms(x, image, from, to);
            }
        }
        for (int image = 0; image < images; image++) {
            System.arraycopy(sums[image], 0, z, image * units, units);
        }
    }

    /** Adds an image's terms of the inputs from {@code from} to {@code to}, and returns the place of the first behind them. */
    private int addTerms(SparseRows rows, int image, int from, int to) {
        float[] x = rows.values();
        int[] used = rows.places();
        int row = image * inputs;
        int end = next[image];
        while (end < rows.end(image) && used[end] < to) {
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
     * gradient = xᵀ · delta, for the x of the last {@link #forward}.
     *
     * @param delta [B × units]
     * @param gradient [inputs × units]
     */
    void gradient(SparseRows x, int images, float[] delta, float[] gradient) {
        for (int image = 0; image < images; image++) {
            System.arraycopy(delta, image * units, deltas[image], 0, units);
        }
        for (int input = 0; input < inputs; input++) {
            if (isUsed(input)) {
                Arrays.fill(sum, 0);
                for (int word = 0; word < words; word++) {
                    addTerms(x, input, word * Long.SIZE, users[input * words + word]);
                }
                System.arraycopy(sum, 0, gradient, input * units, units);
            } else {
                Arrays.fill(gradient, input * units, (input + 1) * units, 0);
            }
        }
    }

    /**
     * before = delta · weightᵀ where x is not zero, else 0, for the x and delta of the last {@link #gradient}.
     *
     * @param weight [inputs × units]
     * @param before [B × inputs]
     */
    void back(SparseRows x, int images, float[] weight, float[] before) {
        int[] used = x.places();
        for (int image = 0; image < images; image++) {
            Arrays.fill(before, image * inputs, (image + 1) * inputs, 0);
            for (int t = image * inputs; t < x.end(image); t++) {
                before[image * inputs + used[t]] = rowSum.dot(deltas[image], weight, used[t], units);
            }
        }
    }

    /** Adds an input's terms of some of the images that use it: of {@code first} and those after it whose bit is set. */
    private void addTerms(SparseRows rows, int input, int first, long bits) {
        float[] x = rows.values();
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
                    x[n0 * inputs + input],
                    deltas[n0],
                    second ? x[n1 * inputs + input] : 0,
                    deltas[n1],
                    third ? x[n2 * inputs + input] : 0,
                    deltas[n2],
                    fourth ? x[n3 * inputs + input] : 0,
                    deltas[n3],
                    sum,
                    units);
        }
    }

    private boolean isUsed(int input) {
        for (int word = 0; word < words; word++) {
            if (users[input * words + word] != 0) {
                return true;
            }
        }
        return false;
    }

    /** Turns the batch's lists of inputs by image into sets of images by input. */
    private void noteUsers(SparseRows x, int images) {
        int[] used = x.places();
        Arrays.fill(users, 0);
        for (int image = 0; image < images; image++) {
            int word = image / Long.SIZE;
            long bit = 1L << image; // the shift takes the number modulo 64
            for (int t = image * inputs; t < x.end(image); t++) {
                users[used[t] * words + word] |= bit;
            }
        }
    }
}
