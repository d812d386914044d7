package io.sparsestream.web;

import io.sparsestream.learn.Labels;
import io.sparsestream.learn.MiniBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which labels make a unit fire: its mean activation over the images of each label, exponentially weighted over about
 * the last {@value #WINDOW} images of that label that were looked at. Not thread-safe.
 */
final class Selectivity {
    private static final int WINDOW = 200;
    private static final double DECAY = 1 - 1.0 / WINDOW;

    private final int units;
    private final Labels labels = new Labels();
    private final List<float[]> means = new ArrayList<>(); // by label, each [units]
    private final double[] weights =
            new double[Labels.MEASURED + 1]; // of all images of the label, the newest counting one
    private final long[] images = new long[Labels.MEASURED + 1];

    Selectivity(int units) {
        this.units = units;
    }

    /**
     * Takes in the images that have a label.
     *
     * @param activations of the layer [count × units]
     * @param names labels of the images [count]
     */
    void add(float[] activations, String[] names, int count) {
        for (int image = 0; image < count; image++) {
            if (names[image].equals(MiniBatch.UNLABELLED)) {
                continue;
            }
            int label = labels.number(names[image]);
            if (label == means.size()) {
                means.add(new float[units]);
            }
            images[label]++;
            weights[label] = weights[label] * DECAY + 1;
            float share = (float) (1 / weights[label]);
            float[] mean = means.get(label);
            for (int j = 0; j < units; j++) {
                mean[j] += share * (activations[image * units + j] - mean[j]);
            }
        }
    }

    /** Mean activation of every unit [units], live, by every label that was seen, in {@link Labels#ORDER}. */
    SortedMap<String, float[]> means() {
        SortedMap<String, float[]> byLabel = new TreeMap<>(Labels.ORDER);
        for (int label = 0; label < labels.size(); label++) {
            byLabel.put(labels.name(label), means.get(label));
        }
        return byLabel;
    }

    /** Images seen of each label. */
    SortedMap<String, Long> images() {
        SortedMap<String, Long> byLabel = new TreeMap<>(Labels.ORDER);
        for (int label = 0; label < labels.size(); label++) {
            byLabel.put(labels.name(label), images[label]);
        }
        return byLabel;
    }
}
