package io.sparsestream.learn;

/**
 * Prequential mean squared error by label, exponentially weighted over about the last 1,000 images of each: a digit that
 * comes anew, or has changed, stands out where the loss over all hides it.
 */
public final class LossByLabel {
    /** Labels are digits. */
    public static final int LABELS = 10;

    private static final double WEIGHT = 1.0 / 1000;

    private final double[] mean = new double[LABELS];
    private final long[] images = new long[LABELS];

    /** Takes in the images of a step; those without a label do not count. */
    public void add(StepResult result) {
        int[] labels = result.batch().labels();
        double[] mse = result.forward().mse();
        for (int i = 0; i < result.forward().images(); i++) {
            int label = labels[i];
            if (label != MiniBatch.UNLABELLED) {
                images[label]++;
                // A plain mean over the first ones, whose weight would otherwise depend on the first of all.
                mean[label] += Math.max(WEIGHT, 1.0 / images[label]) * (mse[i] - mean[label]);
            }
        }
    }

    /** A copy by label: mean squared error of its images of late, or null before the first. */
    public Double[] toArray() {
        Double[] copy = new Double[LABELS];
        for (int label = 0; label < LABELS; label++) {
            copy[label] = images[label] == 0 ? null : Double.valueOf(mean[label]);
        }
        return copy;
    }
}
