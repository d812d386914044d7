package io.sparsestream.learn;

/**
 * Average activation of every unit of one layer over the stream, kept two ways: over all images so far, and
 * exponentially weighted over about the last {@code window} images (its weights sum to one from the first batch on, as
 * Adam's bias correction does).
 */
public final class RunningAverage {
    /** A sigmoid unit whose recent average is below this is always off: its gradient has all but vanished. */
    private static final double OFF_BELOW = 0.001;

    /** A sigmoid unit whose recent average is above this is always on. */
    public static final double SATURATED_ABOVE = 0.99;

    private final String layer;
    private final double[] all;
    private final double[] uncorrected;
    private final double[] recent;
    private final double decayPerImage;
    private final Silence silence; // of a layer whose units can be 0
    private final boolean hasZeros;

    RunningAverage(String layer, LearningState state, int window) {
        this.layer = layer;
        all = state.average("all", layer);
        uncorrected = state.average("recent", layer);
        recent = new double[all.length];
        decayPerImage = 1 - 1.0 / window;
        double[] silent = state.silent(layer);
        hasZeros = silent.length > 0;
        silence = new Silence(silent);
    }

    /**
     * Takes in a mini-batch.
     *
     * @param means mean activation of every unit over the batch
     * @param before images seen before this batch
     * @param images images of this batch
     */
    void add(double[] means, long before, int images) {
        double share = (double) images / (before + images);
        double decay = Math.pow(decayPerImage, images);
        for (int j = 0; j < all.length; j++) {
            all[j] += share * (means[j] - all[j]);
            uncorrected[j] = decay * uncorrected[j] + (1 - decay) * means[j];
        }
    }

    /** Recomputes the recent averages from the state, which an update or a restore has changed. */
    void correct(long images) {
        double weight = 1 - Math.pow(decayPerImage, images);
        for (int j = 0; j < recent.length; j++) {
            recent[j] = weight == 0 ? 0 : uncorrected[j] / weight;
        }
    }

    public String layer() {
        return layer;
    }

    /** Average of every unit over all images so far; live. */
    public double[] all() {
        return all;
    }

    /** Average of every unit over about the last {@code window} images; live. */
    public double[] recent() {
        return recent;
    }

    /** Average over units and all images so far. */
    public double meanOfAll() {
        return mean(all);
    }

    /** Average over units and recent images. */
    public double meanOfRecent() {
        return mean(recent);
    }

    /**
     * Fraction of units that are always off of late: where units can be 0, those that were for the last {@value Silence#LONG}
     * steps. A dead unit of {@link LiveMeasures} need not be off: a faint one still learns.
     */
    public double off() {
        int count = 0;
        for (int j = 0; j < recent.length; j++) {
            count += (hasZeros ? silence.isLong(j) : recent[j] < OFF_BELOW) ? 1 : 0;
        }
        return (double) count / recent.length;
    }

    /** Fraction of units that are saturated of late; none where units can be 0, whose activations have no greatest value. */
    public double saturated() {
        int count = 0;
        for (double average : recent) {
            count += !hasZeros && average > SATURATED_ABOVE ? 1 : 0;
        }
        return (double) count / recent.length;
    }

    /** Mean of an array of averages. */
    public static double mean(double[] averages) {
        double sum = 0;
        for (double average : averages) {
            sum += average;
        }
        return sum / averages.length;
    }
}
