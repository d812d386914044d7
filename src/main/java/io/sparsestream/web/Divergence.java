package io.sparsestream.web;

/**
 * Whether a loss that falls at first has risen far: three times the lowest mean of the last few looks, with an error that
 * no model comes back to by itself, as in the alert LossDiverging. Not thread-safe.
 */
final class Divergence {
    private static final double SHARE = 0.2; // of the newest look in the mean
    private static final double RISE = 3;
    private static final double BAD_MSE = 0.1; // a grey average digit for every image is below that

    private double loss = Double.NaN; // mean of late; NaN before the first
    private double mse = Double.NaN;
    private double lowest = Double.POSITIVE_INFINITY;

    /** Takes a look at one step's losses. */
    void add(double total, double newMse) {
        loss = Double.isNaN(loss) ? total : loss + SHARE * (total - loss);
        mse = Double.isNaN(mse) ? newMse : mse + SHARE * (newMse - mse);
        lowest = Math.min(lowest, loss);
    }

    boolean isDiverging() {
        return loss > RISE * lowest && mse > BAD_MSE;
    }
}
