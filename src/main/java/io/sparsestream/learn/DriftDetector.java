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
 * by a tenth. Both are multiples of its standard deviation s, which is large where mini-batches are small: of a random walk
 * with deviation s and drift −δ the chance to climb by λ is about exp(−2 δ λ / s²), here 1e-7 whatever s is. That is found
 * from the differences of successive x, which neither learning nor a drift makes larger (J. von Neumann et al., "The mean
 * square successive difference", 1941). A falling error, such as that of learning, is no drift.
 */
public final class DriftDetector {
    /** Least s that is assumed, about that of 60 digits: then δ is 0.02, so that rises below 2 % are not looked for. */
    static final double LEAST_DEVIATION = 0.07;

    /** δ in units of s. */
    static final double DELTA = 2.0 / 7;

    /** λ in units of s: with the least one 2, such as a rise by a tenth that lasts for 25 steps. */
    static final double LAMBDA = 200.0 / 7;

    /** In units of s, what a single mini-batch counts for at most: half of λ, so that it alone is no drift. */
    static final double LIMIT = LAMBDA / 2;

    /** Steps over which mean and deviation look back, and which they need before they say anything. */
    static final int WINDOW = 200;

    private static final double LEAST_MSE = 1e-12; // whose logarithm is a number

    private long steps;
    private double last; // x of the step before
    private double mean;
    private double variance; // by successive differences
    private double excess; // m − min m

    /**
     * Takes in a step; after a drift, it begins anew.
     *
     * @param mse mean over the mini-batch
     * @return whether this step shows that the error has risen
     */
    public boolean isDrift(double mse) {
        double x = Math.log(Math.max(mse, LEAST_MSE));
        double difference = steps == 0 ? 0 : x - last;
        last = x;
        steps++;
        double deviation = Math.max(LEAST_DEVIATION, Math.sqrt(variance));
        if (steps < WINDOW) {
            mean += (x - mean) / steps;
            variance += (difference * difference / 2 - variance) / steps;
            return false;
        }
        double limit = LIMIT * deviation;
        mean += clamp(x - mean, limit) / WINDOW;
        double seen = clamp(difference, limit);
        variance += (seen * seen / 2 - variance) / WINDOW;
        excess = Math.max(0, excess + clamp(x - mean, limit) - DELTA * deviation);
        if (excess <= LAMBDA * deviation) {
            return false;
        }
        steps = 0;
        mean = 0;
        variance = 0;
        excess = 0;
        return true;
    }

    private static double clamp(double value, double limit) {
        return Math.max(-limit, Math.min(limit, value));
    }
}
