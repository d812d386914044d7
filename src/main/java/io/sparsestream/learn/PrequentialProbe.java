package io.sparsestream.learn;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * How well labels can be read from a layer while the model learns: logistic regression that sees the activations of each
 * mini-batch before the model's step, predicts the labels, and only then learns them. A. P. Dawid, "Statistical theory: the
 * prequential approach", 1984. Activations are scaled first: each unit's running mean is subtracted, and all are divided by
 * the root of the mean of their running variances, so that a faint layer is read like a loud one.
 *
 * <p>The same mini-batches lead to the same bits; {@link #values} and {@link #averages} hold all that they have changed. Not
 * thread-safe.
 */
public final class PrequentialProbe {
    /** Images over which the accuracy looks back. */
    public static final int WINDOW = 10_000;

    private static final double LEARNING_RATE = 0.003;
    private static final double L2 = 1e-4;
    private static final double WEIGHT = 1.0 / 100; // of a mini-batch in the running means

    private static final int STEPS = 0;
    private static final int IMAGES = 1;
    private static final int HITS = 2;

    private final int units;
    private final int classes;
    private final LogisticRegression regression;
    private final Map<String, float[]> values = new LinkedHashMap<>();
    private final Map<String, double[]> averages = new LinkedHashMap<>();
    private final float[] hits = new float[WINDOW]; // a ring: 1 for each image whose label was predicted
    private final double[] counts = new double[3];
    private final double[] means;
    private final double[] squares;
    private final double[] names; // of the classes known so far, 0 behind them
    private final float[] rows; // of the labelled images, scaled
    private final int[] labels;

    /**
     * @param classes labels told apart, at least 2, in the order in which they come; all later ones share the last
     * @param batch most images of a mini-batch
     */
    public PrequentialProbe(int units, int classes, int batch, MatrixProduct product) {
        this.units = units;
        this.classes = classes;
        regression = new LogisticRegression(units, classes, batch, L2, product);
        means = new double[units];
        squares = new double[units];
        names = new double[classes];
        rows = new float[MiniBatch.floats(batch, units)];
        labels = new int[batch];
        values.putAll(regression.values());
        values.put("hits", hits);
        averages.put("mean", means);
        averages.put("square", squares);
        averages.put("names", names);
        averages.put("counts", counts);
    }

    /** Every float32 array by name, live: the regression's, and which of the last images were predicted. */
    public Map<String, float[]> values() {
        return Collections.unmodifiableMap(values);
    }

    /** Every float64 array by name, live: means and mean squares of the units, names of the classes, counts. */
    public Map<String, double[]> averages() {
        return Collections.unmodifiableMap(averages);
    }

    /**
     * Predicts the labels of a mini-batch, then learns them. Images without a label are passed over.
     *
     * @param activations [at least images × units], of the forward pass before the model's step
     * @param images at least 1
     * @param names label of each image, or {@link MiniBatch#UNLABELLED}
     */
    public void add(float[] activations, int images, String[] names) {
        average(activations, images);
        int labelled = scale(activations, images, names);
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
    public OptionalDouble accuracy() {
        return counts[IMAGES] == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(counts[HITS] / Math.min(WINDOW, counts[IMAGES]));
    }

    /** Plain means over the first mini-batches, whose weight would otherwise depend on the first of all. */
    private void average(float[] activations, int images) {
        double weight = Math.max(WEIGHT, 1 / (counts[STEPS] + 1));
        double share = weight / images;
        for (int j = 0; j < units; j++) {
            means[j] *= 1 - weight;
            squares[j] *= 1 - weight;
        }
        for (int image = 0; image < images; image++) {
            int row = image * units;
            for (int j = 0; j < units; j++) {
                double h = activations[row + j];
                means[j] += share * h;
                squares[j] += share * h * h;
            }
        }
    }

    /** Copies the labelled images; returns how many there are. */
    private int scale(float[] activations, int images, String[] ofImages) {
        double variance = 0;
        for (int j = 0; j < units; j++) {
            variance += Math.max(0, squares[j] - means[j] * means[j]) / units;
        }
        float factor = variance > 0 ? (float) (1 / Math.sqrt(variance)) : 1;
        int labelled = 0;
        for (int image = 0; image < images; image++) {
            if (!ofImages[image].equals(MiniBatch.UNLABELLED)) {
                labels[labelled] = number(ofImages[image]);
                int from = image * units;
                int to = labelled * units;
                for (int j = 0; j < units; j++) {
                    rows[to + j] = (activations[from + j] - (float) means[j]) * factor;
                }
                labelled++;
            }
        }
        Arrays.fill(rows, labelled * units, rows.length, 0);
        return labelled;
    }

    /** The class of a label, which is a new one if it has not come before. */
    private int number(String label) {
        double name = name(label);
        for (int c = 0; c < classes - 1; c++) {
            if (names[c] == 0) {
                names[c] = name;
            }
            if (names[c] == name) {
                return c;
            }
        }
        return classes - 1;
    }

    /** A number above 0 for a text, 52 bits of its FNV-1a hash: two texts of one stream have the same by chance only. */
    private static double name(String label) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < label.length(); i++) {
            hash = (hash ^ label.charAt(i)) * 0x100000001b3L;
        }
        return (hash >>> 12) + 1.0;
    }
}
