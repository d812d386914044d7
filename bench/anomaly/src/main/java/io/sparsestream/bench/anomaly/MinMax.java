package io.sparsestream.bench.anomaly;

import java.util.Arrays;

/** Running min-max scaling: the least value of an input so far is 0, the greatest 1, its own record counted in. */
final class MinMax {
    private final double[] least;
    private final double[] greatest;

    MinMax(int inputs) {
        least = new double[inputs];
        greatest = new double[inputs];
        Arrays.fill(least, Double.POSITIVE_INFINITY);
        Arrays.fill(greatest, Double.NEGATIVE_INFINITY);
    }

    /**
     * Takes a record in and scales it; an input that has always been the same is 0.
     *
     * @param values [… × inputs], of which the record begins at {@code from}
     * @param to its first numbers are set, as many as there are inputs
     */
    void scale(double[] values, int from, double[] to) {
        for (int i = 0; i < least.length; i++) {
            double value = values[from + i];
            least[i] = Math.min(least[i], value);
            greatest[i] = Math.max(greatest[i], value);
            double range = greatest[i] - least[i];
            to[i] = range > 0 ? (value - least[i]) / range : 0;
        }
    }
}
