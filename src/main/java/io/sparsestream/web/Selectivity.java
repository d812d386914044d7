package io.sparsestream.web;

import io.sparsestream.learn.MiniBatch;

/**
 * Which digits make a unit fire: its mean activation over the images of each label, exponentially weighted over about
 * the last {@value #WINDOW} images of that label that were looked at. Not thread-safe.
 */
final class Selectivity {
    static final int LABELS = 10;
    private static final int WINDOW = 200;
    private static final double DECAY = 1 - 1.0 / WINDOW;

    private final float[][] means; // [label][unit]
    private final double[] weights = new double[LABELS]; // of all images of the label, the newest counting one
    private final long[] images = new long[LABELS];

    Selectivity(int units) {
        means = new float[LABELS][units];
    }

    /**
     * Takes in the images that have a label.
     *
     * @param activations of the layer [count × units]
     * @param labels of the images [count]
     */
    void add(float[] activations, int[] labels, int count) {
        int units = means[0].length;
        for (int image = 0; image < count; image++) {
            int label = labels[image];
            if (label == MiniBatch.UNLABELLED) {
                continue;
            }
            images[label]++;
            weights[label] = weights[label] * DECAY + 1;
            float share = (float) (1 / weights[label]);
            float[] mean = means[label];
            for (int j = 0; j < units; j++) {
                mean[j] += share * (activations[image * units + j] - mean[j]);
            }
        }
    }

    /** Mean activation [label][unit]; 0 where no image of the label was seen. Live. */
    float[][] means() {
        return means;
    }

    /** Images seen of each label; live. */
    long[] images() {
        return images;
    }
}
