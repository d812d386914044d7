package io.sparsestream.learn;

/**
 * The loss by its named terms, regularization already weighted by α and β.
 *
 * @param mse mean squared error over images and pixels
 * @param l2 α · Σ ½ w²
 * @param kl β · Σ KL(ρ ‖ ρ̂)
 * @param l0 λ · mean number of active units
 */
public record Losses(double mse, double l2, double kl, double l0) {
    /** Of sigmoid outputs and pixels in 0 … 1 the mean squared error is at most 1: the penalties have run away. */
    private static final double DIVERGED_ABOVE = 1e6;

    /** Of a model whose active units are not counted. */
    public Losses(double mse, double l2, double kl) {
        this(mse, l2, kl, 0);
    }

    public double total() {
        return mse + l2 + kl + l0;
    }

    /** Whether learning has failed: no number, or one so large that weights can only be overflowing. */
    public boolean isDiverged() {
        return !(total() <= DIVERGED_ABOVE);
    }
}
