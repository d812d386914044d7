package io.sparsestream.learn;

import java.util.LinkedHashMap;
import java.util.Map;

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

    /** What {@link #total} is the sum of, by name, for people; l0 only where active units cost something. */
    public Map<String, Double> terms() {
        Map<String, Double> terms = new LinkedHashMap<>();
        terms.put("mse", mse);
        terms.put("l2", l2);
        terms.put("kl", kl);
        if (l0 > 0) {
            terms.put("l0", l0);
        }
        return terms;
    }

    public double total() {
        return mse + l2 + kl + l0;
    }

    /** Whether learning has failed: no number, or one so large that weights can only be overflowing. */
    public boolean isDiverged() {
        return !(total() <= DIVERGED_ABOVE);
    }
}
