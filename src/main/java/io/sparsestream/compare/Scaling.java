package io.sparsestream.compare;

/**
 * What a probe does with its input first: every unit's mean is subtracted, and it is divided by its standard deviation. So a
 * probe finds the same whether a layer is faint or loud. Units that do not vary, but for rounding in float32, are 0.
 *
 * @param means of each unit
 * @param factors of each unit: 1 / standard deviation, or 0
 */
record Scaling(double[] means, double[] factors) {
    /** A smaller share of the mean square is no variance: a unit near 1 has steps of 1e-7. */
    private static final double ROUNDING = 1e-10;

    /** @param training in whose images means and deviations are found */
    static Scaling of(LabelledRows training) {
        int units = training.units();
        double[] means = new double[units];
        for (float[] row : training.rows()) {
            for (int j = 0; j < units; j++) {
                means[j] += row[j];
            }
        }
        for (int j = 0; j < units; j++) {
            means[j] /= training.size();
        }
        double[] squares =
                new double[units]; // of what is beyond the mean: a difference of great sums would be rounding
        for (float[] row : training.rows()) {
            for (int j = 0; j < units; j++) {
                double deviation = row[j] - means[j];
                squares[j] += deviation * deviation;
            }
        }
        double[] factors = new double[units];
        for (int j = 0; j < units; j++) {
            double variance = squares[j] / training.size();
            factors[j] = variance > ROUNDING * (variance + means[j] * means[j]) ? 1 / Math.sqrt(variance) : 0;
        }
        return new Scaling(means, factors);
    }

    /** Writes a scaled row into a mini-batch. */
    void apply(float[] row, float[] batch, int offset) {
        for (int j = 0; j < row.length; j++) {
            batch[offset + j] = (float) ((row[j] - means[j]) * factors[j]);
        }
    }
}
