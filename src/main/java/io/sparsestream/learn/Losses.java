package io.sparsestream.learn;

/**
 * The loss by its named terms, regularization already weighted by α and β.
 *
 * @param mse mean squared error over images and pixels
 * @param l2 α · Σ ½ w²
 * @param kl β · Σ KL(ρ ‖ ρ̂)
 */
public record Losses(double mse, double l2, double kl) {
    public double total() {
        return mse + l2 + kl;
    }
}
