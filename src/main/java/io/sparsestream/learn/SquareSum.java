package io.sparsestream.learn;

import java.util.Arrays;

/**
 * Σ w² over the pieces of a tensor, each added to the same row of partial sums: so the JIT vectorizes, and the rounding
 * error is that of a row, not of the tensor. The bits depend on the values alone, not on when each piece is added.
 */
final class SquareSum {
    /** Places of a piece; all but the last have so many. */
    static final int WIDTH = 2048;

    private final float[] piece = new float[WIDTH]; // a copy, since the JIT of Java 17 wants all arrays indexed alike
    private final float[] sums = new float[WIDTH];

    void clear() {
        Arrays.fill(sums, 0);
    }

    /** Adds the squares from place {@code from} to {@code to}. */
    void add(float[] values, int from, int to) {
        int length = to - from;
        System.arraycopy(values, from, piece, 0, length);
        for (int i = 0; i < length; i++) {
            sums[i] += piece[i] * piece[i];
        }
    }

    double total() {
        double total = 0;
        for (float sum : sums) {
            total += sum;
        }
        return total;
    }

    /** Of a whole tensor. */
    double of(float[] values) {
        clear();
        for (int from = 0; from < values.length; from += WIDTH) {
            add(values, from, Math.min(values.length, from + WIDTH));
        }
        return total();
    }
}
