package io.sparsestream.compare;

/**
 * What a probe does with its input first: every unit's mean is subtracted, and it is divided by its standard deviation. So a
 * probe finds the same whether a layer is faint or loud. Units that never vary are 0.
 *
 * @param means of each unit
 * @param factors of each unit: 1 / standard deviation
 */
record Scaling(float[] means, float[] factors) {
    /** A variance below that share of the mean square is rounding. */
    private static final double ROUNDING = 1e-12;

    /** @param training in whose images means and deviations are found */
    static Scaling of(LabelledRows training) {
        int units = training.units();
        double[] sums = new double[units];
        double[] squares = new double[units];
        for (float[] row : training.rows()) {
            for (int j = 0; j < units; j++) {
                sums[j] += row[j];
                squares[j] += (double) row[j] * row[j];
            }
        }
        float[] means = new float[units];
        float[] factors = new float[units];
        for (int j = 0; j < units; j++) {
            double mean = sums[j] / training.size();
            double square = squares[j] / training.size();
            double variance = square - mean * mean;
            means[j] = (float) mean;
            factors[j] = variance > ROUNDING * square ? (float) (1 / Math.sqrt(variance)) : 0;
        }
        return new Scaling(means, factors);
    }

    /** Writes a scaled row into a mini-batch. */
    void apply(float[] row, float[] batch, int offset) {
        for (int j = 0; j < row.length; j++) {
            batch[offset + j] = (row[j] - means[j]) * factors[j];
        }
    }
}
