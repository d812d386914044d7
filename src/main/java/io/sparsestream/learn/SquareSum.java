package io.sparsestream.learn;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Σ w² over the pieces of a tensor, each added to the same row of partial sums: so the JIT vectorizes, and the rounding
 * error is that of a row, not of the tensor. The bits depend on the values alone, not on when each piece is added.
 */
final class SquareSum {
    private static final int ROW = 512;

    /** Elements per piece; the last may have fewer. */
    static final int WIDTH = 4 * ROW;

    private final float[][] rows = new float[4][ROW]; // copies, since the JIT of Java 17 wants all arrays indexed alike
    private final float[] sums = new float[ROW];

    void clear() {
        Arrays.fill(sums, 0);
    }

    /** Adds the squares from place {@code from} to {@code to}. */
    void add(float[] values, int from, int to) {
        int next = from;
        for (float[] row : rows) {
            int length = Math.min(ROW, to - next);
            System.arraycopy(values, next, row, 0, length);
            Arrays.fill(row, length, ROW, 0);
            next += length;
        }
        add(rows[0], rows[1], rows[2], rows[3], sums);
    }

    /** Four rows at once, so that the sums are read and written once for all; with more Java 17 would not vectorize. */
    private static void add(float[] row0, float[] row1, float[] row2, float[] row3, float[] sums) {
        for (int i = 0; i < ROW; i++) {
            sums[i] = sums[i] + row0[i] * row0[i] + row1[i] * row1[i] + row2[i] * row2[i] + row3[i] * row3[i];
        }
    }

    double total() {
        double total = 0;
        for (float sum : sums) {
            total += sum;
        }
        return total;
    }

    /** Of those tensors that are weight matrices, one after the other. */
    static double ofWeights(List<Tensor> tensors, Map<String, float[]> parameters) {
        SquareSum squares = new SquareSum();
        double sum = 0;
        for (Tensor tensor : tensors) {
            if (tensor.isWeight()) {
                sum += squares.of(parameters.get(tensor.name()));
            }
        }
        return sum;
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
