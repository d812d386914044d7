package io.sparsestream.learn;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * How well labels can be read from a layer while the model learns: logistic regression that sees the activations of each
 * mini-batch before the model's step, predicts the labels, and only then learns them. A. P. Dawid, "Statistical theory: the
 * prequential approach", 1984. Activations are scaled first: each unit's running mean is subtracted, and all are divided by
 * the root of the mean of their running variances, so that a faint layer is read like a loud one.
 *
 * <p>The same mini-batches lead to the same bits; {@link #values} and {@link #counts} hold all that they have changed. Not
 * thread-safe.
 */
final class PrequentialProbe {
    /** Images over which the accuracy looks back. */
    static final int WINDOW = 10_000;

    private static final double LEARNING_RATE = 0.003;
    private static final double L2 = 1e-4;

    /** Variance below which a layer is constant: that of one that has died fades, and its root's inverse would overflow. */
    private static final double FADED = 1e-60;

    private static final int STEPS = 0;
    private static final int IMAGES = 1;
    private static final int HITS = 2;

    private final int units;
    private final int classes;
    private final LogisticRegression regression;
    private final float[] hits = new float[WINDOW]; // a ring: 1 for each image whose label was predicted
    private final double[] counts = new double[3];
    private final float[] means; // [units]
    private final float[] row; // [units], as in RowSum
    private final float[] rows; // of the labelled images, scaled
    private final int[] labels;

    /**
     * @param classes labels told apart, at least 2
     * @param batch most images of a mini-batch
     */
    PrequentialProbe(int units, int classes, int batch, MatrixProduct product) {
        this.units = units;
        this.classes = classes;
        regression = new LogisticRegression(units, classes, batch, L2, product);
        means = new float[units];
        row = new float[units];
        rows = new float[MiniBatch.floats(batch, units)];
        labels = new int[batch];
    }

    /** Every float32 array by name, live: the regression's, and which of the last images were predicted. */
    Map<String, float[]> values() {
        Map<String, float[]> values = new LinkedHashMap<>(regression.values());
        values.put("hits", hits);
        return values;
    }

    /** Steps, images, and those of the last whose label was predicted; live. */
    double[] counts() {
        return counts;
    }

    /**
     * Predicts the labels of a mini-batch, then learns them. Images without a label are passed over.
     *
     * @param activations [at least images × units], of the forward pass before the model's step
     * @param images at least 1
     * @param numbers of each image's class; as many as there are classes where it has no label
     * @param sums of the layer, these images included
     */
    void add(float[] activations, int images, int[] numbers, LayerSums sums) {
        int labelled = scale(activations, images, numbers, sums);
        if (labelled == 0) {
            return;
        }
        regression.learn(rows, labels, labelled, (long) counts[STEPS], LEARNING_RATE);
        counts[STEPS]++;
        for (int i = 0; i < labelled; i++) {
            int place = (int) (counts[IMAGES] % WINDOW);
            float hit = regression.predicted(i) == labels[i] ? 1 : 0;
            counts[HITS] += hit - hits[place]; // whole numbers, and so exact
            hits[place] = hit;
            counts[IMAGES]++;
        }
    }

    /** Share of the last {@value #WINDOW} labelled images whose label was predicted; empty before the first. */
    OptionalDouble accuracy() {
        return counts[IMAGES] == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(counts[HITS] / Math.min(WINDOW, counts[IMAGES]));
    }

    /** Copies the labelled images; returns how many there are. */
    private int scale(float[] activations, int images, int[] numbers, LayerSums sums) {
        double variance = sums.variance(means);
        float factor = variance > FADED ? (float) (1 / Math.sqrt(variance)) : 1;
        int labelled = 0;
        for (int image = 0; image < images; image++) {
            if (numbers[image] < classes) {
                labels[labelled] = numbers[image];
                System.arraycopy(activations, image * units, row, 0, units);
                for (int j = 0; j < units; j++) {
                    row[j] = (row[j] - means[j]) * factor;
                }
                System.arraycopy(row, 0, rows, labelled * units, units);
                labelled++;
            }
        }
        Arrays.fill(rows, labelled * units, rows.length, 0);
        return labelled;
    }
}
