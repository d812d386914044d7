package io.sparsestream.learn;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Prequential mean squared error by label, exponentially weighted over about the last 1,000 images of each: a class that
 * comes anew, or has changed, stands out where the loss over all hides it.
 */
public final class LossByLabel {
    private static final double WEIGHT = 1.0 / 1000;

    private final Labels labels = new Labels();
    private final double[] mean = new double[Labels.MEASURED + 1];
    private final long[] images = new long[Labels.MEASURED + 1];

    /** Takes in the images of a step; those without a label do not count. */
    public void add(StepResult result) {
        String[] names = result.batch().labels();
        double[] mse = result.forward().mse();
        for (int i = 0; i < result.forward().images(); i++) {
            if (!names[i].equals(MiniBatch.UNLABELLED)) {
                int label = labels.number(names[i]);
                images[label]++;
                // A plain mean over the first ones, whose weight would otherwise depend on the first of all.
                mean[label] += Math.max(WEIGHT, 1.0 / images[label]) * (mse[i] - mean[label]);
            }
        }
    }

    /** A copy: mean squared error of the images of late, by every label that has occurred, in {@link Labels#ORDER}. */
    public SortedMap<String, Double> toMap() {
        SortedMap<String, Double> copy = new TreeMap<>(Labels.ORDER);
        for (int label = 0; label < labels.size(); label++) {
            copy.put(labels.name(label), mean[label]);
        }
        return copy;
    }
}
