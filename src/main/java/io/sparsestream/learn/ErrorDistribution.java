package io.sparsestream.learn;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The errors of the images of late: {@link RunningDeviation} of their logarithms over about {@link #WINDOW} images, and their
 * distribution over about {@link #RANK_WINDOW} images in bins of an eighth of an octave. A mini-batch is judged by what was known before
 * it, then taken in. Not thread-safe.
 */
final class ErrorDistribution {
    /** Images over which mean and variance look back. */
    static final int WINDOW = 1_000;

    /** Images over which ranks look back: so that one of a thousand can be told. */
    static final int RANK_WINDOW = 10_000;

    private static final int BINS_PER_OCTAVE = 8;
    private static final int LEAST_OCTAVE = -40;
    private static final int BINS = 64 * BINS_PER_OCTAVE;
    private static final double LEAST_ERROR = 1e-12; // whose logarithm is a number
    private static final double LN_2 = Math.log(2);

    /** A weight from which on all are divided, long before they overflow. */
    private static final double HEAVY = 1e100;

    /**
     * An image whose error is e times as large as usual in standard deviations counts half; what is this many deviations beyond
     * counts next to nothing (a logistic weight, as of PW-AE: M. Cazzonelli, C. Kulbach, "Detecting Anomalies with Autoencoders on
     * Data Streams", ECML PKDD 2022).
     */
    private static final double HALF_AT = 1;

    private static final double STEEPNESS = 5;

    private final double[] moments = new double[RunningDeviation.NUMBERS];
    private final RunningDeviation deviation = new RunningDeviation(WINDOW, moments);
    private final double[] bins = new double[BINS + 1]; // then the weight of the newest image
    private final double[] below = new double[BINS + 1]; // scratch: weight of the bins before each
    private final double[] logs; // [B]: of the errors that were judged last
    private final double[] deviations; // [B]
    private final double[] ranks; // [B]
    private final float[] weights; // [B]

    /** @param batch images that are judged at once, at most */
    ErrorDistribution(int batch) {
        logs = new double[batch];
        deviations = new double[batch];
        ranks = new double[batch];
        weights = new float[batch];
    }

    /** Every array by name, live: a part of the state of learning. */
    Map<String, double[]> arrays() {
        Map<String, double[]> arrays = new LinkedHashMap<>(); // in the order that checkpoints have
        arrays.put("errors.moments", moments);
        arrays.put("errors.bins", bins);
        return arrays;
    }

    /**
     * Copies {@link #arrays}.
     *
     * @throws IllegalArgumentException if there is no array of such a name and length
     */
    static void copy(Map<String, double[]> from, Map<String, double[]> to) {
        from.forEach((name, values) -> {
            double[] place = to.get(name);
            if (place == null || place.length != values.length) {
                throw new IllegalArgumentException(
                        "there is no array " + Names.cut(name) + " of " + values.length + " numbers");
            }
            System.arraycopy(values, 0, place, 0, values.length);
        });
    }

    /** Judges the first images of a batch by those before it; the result holds until the next call. */
    Anomalies judge(double[] mse, int images) {
        double sum = 0;
        for (int bin = 0; bin <= BINS; bin++) {
            below[bin] = sum;
            sum += bin < BINS ? bins[bin] : 0;
        }
        for (int i = 0; i < images; i++) {
            double log = log(mse[i]);
            logs[i] = log;
            double z = deviation.of(log);
            deviations[i] = z;
            double place = place(log);
            int bin = (int) place;
            ranks[i] = Double.isNaN(z) ? Double.NaN : (below[bin] + (place - bin) * bins[bin]) / sum;
        }
        return new Anomalies(deviations, ranks);
    }

    /** How much each image that was judged last counts in robust learning [B]: 1 while nothing is known. */
    float[] weights(int images) {
        for (int i = 0; i < images; i++) {
            double z = deviations[i];
            weights[i] = Double.isNaN(z) ? 1 : (float) (1 / (1 + Math.exp(STEEPNESS * (z - HALF_AT))));
        }
        return weights;
    }

    /** Takes in the errors that were judged last. */
    void add(int images) {
        for (int i = 0; i < images; i++) {
            double log = logs[i];
            deviation.takeIn(log);
            double newest = Math.max(1, bins[BINS]) * (1 + 1.0 / RANK_WINDOW);
            bins[BINS] = newest;
            bins[(int) place(log)] += newest;
            if (newest > HEAVY) {
                for (int bin = 0; bin <= BINS; bin++) {
                    bins[bin] /= HEAVY;
                }
            }
        }
    }

    private static double log(double mse) {
        return Math.log(Math.max(mse, LEAST_ERROR));
    }

    /** The bin of an error, and how far in it that is. */
    private static double place(double log) {
        double place = (log / LN_2 - LEAST_OCTAVE) * BINS_PER_OCTAVE;
        return Math.max(0, Math.min(Math.nextDown((double) BINS), place));
    }
}
