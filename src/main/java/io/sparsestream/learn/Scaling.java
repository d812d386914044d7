package io.sparsestream.learn;

/** Scales mini-batches, and turns what a model makes of them into the inputs' own units. Its arrays hold until the next call. */
final class Scaling {
    private final InputStatistics statistics;
    private final MiniBatch scaled;
    private final float[] row; // [inputs], scratch
    private final float[] factors; // [inputs]: those of the last batch
    private final float[] reconstructions; // [B × inputs], in the inputs' own units

    /** @param scaled takes what is scaled: of the model's size */
    Scaling(InputStatistics statistics, MiniBatch scaled) {
        this.statistics = statistics;
        this.scaled = scaled;
        factors = new float[statistics.inputs()];
        row = new float[factors.length];
        reconstructions = new float[scaled.images().length];
    }

    MiniBatch scaled(MiniBatch batch) {
        scaled.clear();
        for (int i = 0; i < batch.size(); i++) {
            statistics.scale(batch.images(), i * row.length, row);
            scaled.add(row, 0, batch.labels()[i]);
        }
        return scaled;
    }

    ForwardPass unscaled(ForwardPass forward) {
        System.arraycopy(statistics.factor(), 0, factors, 0, factors.length);
        statistics.unscale(forward.reconstructions(), forward.images(), reconstructions);
        return new ForwardPass(
                forward.images(),
                reconstructions,
                forward.mse(),
                forward.activations(),
                forward.meanActivations(),
                factors,
                forward.anomalies());
    }
}
