package io.sparsestream.compare;

/**
 * What a probe does with its input first: every unit's mean is subtracted, and all are divided by one number, so that they
 * have variance 1 on average. So a probe finds the same whether a layer is faint or loud, and units that hardly vary stay
 * small.
 */
record Scaling(float[] means, float factor) {
    /** @param training in whose images the means and the variance are found */
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
        double variance = 0;
        for (int j = 0; j < units; j++) {
            double mean = sums[j] / training.size();
            means[j] = (float) mean;
            variance += Math.max(0, squares[j] / training.size() - mean * mean) / units;
        }
        return new Scaling(means, variance > 0 ? (float) (1 / Math.sqrt(variance)) : 1);
    }

    /** Writes a scaled row into a mini-batch. */
    void apply(float[] row, float[] batch, int offset) {
        for (int j = 0; j < row.length; j++) {
            batch[offset + j] = (row[j] - means[j]) * factor;
        }
    }
}
