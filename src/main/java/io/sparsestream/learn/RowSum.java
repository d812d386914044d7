package io.sparsestream.learn;

import java.util.Arrays;

/**
 * Sums over the rows of a row-major matrix. Each row is copied to an array of its own first: the JIT of Java 17
 * vectorizes a loop only where all arrays are indexed alike, and the copy is far cheaper than a loop that is not.
 */
final class RowSum {
    private static final int FEW = 32;

    private final float[] row;
    private final float[] sum;

    /** @param columns of the widest matrix */
    RowSum(int columns) {
        row = new float[columns];
        sum = new float[columns];
    }

    /**
     * Sums of the columns over the first {@code rows} rows, in float32.
     *
     * @param matrix [at least rows × columns]
     * @param sums [columns], overwritten
     */
    void sum(float[] matrix, int rows, float[] sums) {
        sum(matrix, rows, sums.length, sums);
    }

    /**
     * Means of the columns over the first {@code rows} rows, of which there is at least one.
     *
     * @param matrix [at least rows × columns]
     * @param means [columns], overwritten
     */
    void mean(float[] matrix, int rows, double[] means) {
        sum(matrix, rows, means.length, sum);
        for (int j = 0; j < means.length; j++) {
            means[j] = (double) sum[j] / rows;
        }
    }

    private void sum(float[] matrix, int rows, int columns, float[] sums) {
        Arrays.fill(sums, 0, columns, 0);
        for (int r = 0; r < rows; r++) {
            System.arraycopy(matrix, r * columns, row, 0, columns);
            for (int j = 0; j < columns; j++) {
                sums[j] += row[j];
            }
        }
    }

    /**
     * Σ (a − b)² over one row of two matrices, in float32. Halves are added to one another until few numbers are left:
     * that vectorizes, and rounds less than one sum after another would.
     */
    double squaredDistance(float[] a, float[] b, int index, int columns) {
        System.arraycopy(a, index * columns, row, 0, columns);
        System.arraycopy(b, index * columns, sum, 0, columns);
        for (int j = 0; j < columns; j++) {
            float difference = row[j] - sum[j];
            row[j] = difference * difference;
        }
        return total(columns);
    }

    /**
     * a · row, the row one of a matrix, summed likewise.
     *
     * @param a at least as long as a row
     */
    float dot(float[] a, float[] matrix, int index, int columns) {
        System.arraycopy(matrix, index * columns, row, 0, columns);
        for (int j = 0; j < columns; j++) {
            row[j] *= a[j];
        }
        return (float) total(columns);
    }

    /** The sum of the row. */
    private double total(int columns) {
        int n = halve(row, columns);
        double total = 0;
        for (int j = 0; j < n; j++) {
            total += row[j];
        }
        return total;
    }

    /** Adds the halves of a row to one another until few numbers are left, and says how many. */
    private int halve(float[] values, int columns) {
        int n = columns;
        while (n > FEW) {
            int half = n / 2;
            n -= half;
            System.arraycopy(values, n, sum, 0, half);
            for (int j = 0; j < half; j++) {
                values[j] += sum[j];
            }
        }
        return n;
    }

    /**
     * The sum of a row, which is overwritten. What halving leaves is summed by four sums side by side, which need not wait
     * for one another.
     */
    double fold(float[] values, int columns) {
        int n = halve(values, columns);
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int j = 0;
        for (; j + 3 < n; j += 4) {
            a += values[j];
            b += values[j + 1];
            c += values[j + 2];
            d += values[j + 3];
        }
        for (; j < n; j++) {
            a += values[j];
        }
        return a + b + (c + d);
    }

    /** sum += f · row, over the first {@code n} columns. */
    static void add(float f, float[] row, float[] sum, int n) {
        for (int j = 0; j < n; j++) {
            sum[j] += f * row[j];
        }
    }

    /**
     * sum += f0 · row0 + f1 · row1 + f2 · row2 + f3 · row3, term after term. The JIT of Java 17 would not vectorize
     * a longer loop body.
     */
    static void add(
            float f0,
            float[] row0,
            float f1,
            float[] row1,
            float f2,
            float[] row2,
            float f3,
            float[] row3,
            float[] sum,
            int n) {
        for (int j = 0; j < n; j++) {
            sum[j] = sum[j] + f0 * row0[j] + f1 * row1[j] + f2 * row2[j] + f3 * row3[j];
        }
    }
}
