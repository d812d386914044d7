package io.sparsestream.learn;

import java.lang.management.ManagementFactory;
import java.util.Arrays;

/**
 * Sums over the rows of a row-major matrix. Each row is copied to an array of its own first: the JIT of Java 17
 * vectorizes a loop only where all arrays are indexed alike, and the copy is far cheaper than a loop that is not.
 */
final class RowSum {
    private static final int FEW = 32;
    private static final String UNROLL_LIMIT = "-XX:LoopUnrollLimit=";

    /**
     * Whether the JIT vectorizes the loop for two sums: Java 25's does, that of Java 17 only if it may unroll loops so long, which
     * scripts/jvm.options allow it.
     */
    static final boolean TWO_AT_ONCE = Runtime.version().feature() >= 25 || unrollLimit() >= 120;

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

    /**
     * sum0 += f0 · row0 + f1 · row1 + f2 · row2 + f3 · row3 and sum1 += g0 · row0 + …, term after term: the rows are loaded
     * once for both. Only where {@link #TWO_AT_ONCE} says so is this quicker than one sum after the other.
     */
    static void add(
            float f0,
            float f1,
            float f2,
            float f3,
            float g0,
            float g1,
            float g2,
            float g3,
            float[] row0,
            float[] row1,
            float[] row2,
            float[] row3,
            float[] sum0,
            float[] sum1,
            int n) {
        for (int j = 0; j < n; j++) {
            float a = row0[j];
            float b = row1[j];
            float c = row2[j];
            float d = row3[j];
            sum0[j] = sum0[j] + f0 * a + f1 * b + f2 * c + f3 * d;
            sum1[j] = sum1[j] + g0 * a + g1 * b + g2 * c + g3 * d;
        }
    }

    private static int unrollLimit() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith(UNROLL_LIMIT))
                .mapToInt(argument -> Integer.parseInt(argument.substring(UNROLL_LIMIT.length())))
                .reduce(60, (former, last) -> last); // 60 is the JVM's own
    }

    /**
     * Floats of an array that has at least so many: with its header of 16 bytes it fills whole cache lines, so that arrays one
     * after another lie alike.
     */
    static int padded(int columns) {
        return (columns + 3) / 16 * 16 + 12;
    }
}
