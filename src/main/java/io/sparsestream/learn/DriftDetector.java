package io.sparsestream.learn;

/**
 * Tells when the prequential error rises, by the test of Page and Hinkley (E. S. Page, "Continuous inspection schemes",
 * Biometrika 41, 1954) with a fading mean (J. Gama et al., "On evaluating stream learning algorithms", 2013):
 *
 * <pre>
 * m_t = m_(t−1) + x_t − x̄_t − δ,   drift where m_t − min m &gt; λ
 * </pre>
 *
 * x is the logarithm of a mini-batch's mean squared error, so that δ and λ hold for good models and bad ones: 0.1 is a rise
 * by a tenth. A falling error, such as that of learning, is no drift.
 */
public final class DriftDetector {
    /** Rises below 2 % are not looked for. */
    static final double DELTA = 0.02;

    /** Such as a rise by a tenth that lasts for 25 steps. */
    static final double LAMBDA = 2;

    /** Steps over which the mean looks back, and which it needs before it says anything. */
    static final int WINDOW = 200;

    private static final double LEAST_MSE = 1e-12; // whose logarithm is a number

    private long steps;
    private double mean;
    private double excess; // m − min m

    /**
     * Takes in a step; after a drift, it begins anew.
     *
     * @param mse mean over the mini-batch
     * @return whether this step shows that the error has risen
     */
    public boolean isDrift(double mse) {
        double x = Math.log(Math.max(mse, LEAST_MSE));
        steps++;
        mean += (x - mean) / Math.min(steps, WINDOW);
        if (steps < WINDOW) {
            return false;
        }
        excess = Math.max(0, excess + x - mean - DELTA);
        if (excess <= LAMBDA) {
            return false;
        }
        steps = 0;
        mean = 0;
        excess = 0;
        return true;
    }
}
