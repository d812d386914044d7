package io.sparsestream.learn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * How sparse a hidden layer is, and how selective, over the images that were added. Of a unit j and an image i with the
 * activation h_ij ≥ 0:
 *
 * <pre>
 * active                 h above 0 where the layer's units can be 0, else above 0.1 ({@link ActivationKind#activeAbove})
 * L0                     active units of an image, mean over images
 * density of a unit      share of images for which it is active; dead: 0
 * lifetime sparseness    of a unit 1 − (mean_i h)² / mean_i h²; A. Treves, E. T. Rolls, Network 2, 1991
 * population sparseness  of an image the same over units
 * class selectivity      of a unit (a − b) / (a + b), a its mean over the images of the best label, b the mean of its means
 *                        over the images of each other label; A. S. Morcos et al., ICLR 2018
 * </pre>
 *
 * Means over the units or images for which they are numbers: not over those whose activation is always 0.
 */
public final class LayerMeasures {
    private final int units;
    private final float activeAbove;
    private final Labels labels = new Labels();
    private final List<double[]> sumsByLabel = new ArrayList<>(); // [label][unit]
    private final long[] imagesByLabel = new long[Labels.MEASURED + 1];
    private final double[] sums;
    private final double[] squares;
    private final long[] active;
    private long images;
    private double populationSparseness; // sum
    private long populations; // images of which it is a number

    /**
     * The measures of a layer as numbers. Means are null where there is nothing that they could be a mean of.
     *
     * @param mean activation over units and images
     * @param l0 active units of an image, on average
     * @param dead units that were active for no image
     */
    public record Summary(
            double mean,
            double l0,
            int units,
            int dead,
            Double lifetimeSparseness,
            Double populationSparseness,
            Double classSelectivity) {}

    /** @param activeAbove what an active unit's activation exceeds */
    public LayerMeasures(int units, float activeAbove) {
        this.units = units;
        this.activeAbove = activeAbove;
        sums = new double[units];
        squares = new double[units];
        active = new long[units];
    }

    /**
     * Those of every hidden layer of a model over a split.
     *
     * @param labels of the images, one for each; {@link MiniBatch#UNLABELLED} where there is none
     */
    public static List<LayerMeasures> of(Learner learner, List<byte[]> images, List<String> labels) {
        List<LayerMeasures> measures = of(learner);
        ForwardPasses.over(learner, images, labels, into(measures));
        return measures;
    }

    /** Adds the images of each pass to the measures of every hidden layer. */
    public static ForwardPasses.Visitor into(List<LayerMeasures> layers) {
        return (forward, batch, first) -> {
            for (int layer = 0; layer < layers.size(); layer++) {
                layers.get(layer).add(forward, layer, batch.labels());
            }
        };
    }

    /** By the layer's name. */
    public static Map<String, Summary> summaries(Architecture architecture, List<LayerMeasures> layers) {
        Map<String, Summary> summaries = new LinkedHashMap<>();
        for (int layer = 0; layer < layers.size(); layer++) {
            summaries.put(architecture.hiddenLayer(layer), layers.get(layer).summary());
        }
        return summaries;
    }

    /** One for each hidden layer of a model, to which nothing was added yet. */
    public static List<LayerMeasures> of(Learner learner) {
        List<LayerMeasures> measures = new ArrayList<>();
        for (int layer = 0; layer < learner.architecture().hiddenLayers(); layer++) {
            measures.add(new LayerMeasures(
                    learner.architecture().hiddenUnits(layer),
                    learner.hyperparameters().activation(layer).activeAbove()));
        }
        return measures;
    }

    /**
     * Takes in the images of a forward pass.
     *
     * @param layer the hidden one that these are the measures of, counted from 0
     * @param labels of the images
     */
    public void add(ForwardPass forward, int layer, String[] labels) {
        for (int image = 0; image < forward.images(); image++) {
            add(forward.activations()[layer], image, labels[image]);
        }
    }

    /**
     * Takes in an image.
     *
     * @param activations [at least (image + 1) × units]
     * @param image its row in them
     * @param label its class, or {@link MiniBatch#UNLABELLED}
     */
    public void add(float[] activations, int image, String label) {
        int row = image * units;
        double sum = 0;
        double sumOfSquares = 0;
        for (int j = 0; j < units; j++) {
            double h = activations[row + j];
            sum += h;
            sumOfSquares += h * h;
            sums[j] += h;
            squares[j] += h * h;
            active[j] += h > activeAbove ? 1 : 0;
        }
        images++;
        if (sumOfSquares > 0) {
            populationSparseness += 1 - sum * sum / units / sumOfSquares;
            populations++;
        }
        if (!label.equals(MiniBatch.UNLABELLED)) {
            int number = labels.number(label);
            if (number == sumsByLabel.size()) {
                sumsByLabel.add(new double[units]);
            }
            imagesByLabel[number]++;
            double[] ofLabel = sumsByLabel.get(number);
            for (int j = 0; j < units; j++) {
                ofLabel[j] += activations[row + j];
            }
        }
    }

    public Summary summary() {
        return new Summary(
                mean(),
                l0(),
                units,
                dead(),
                orNull(lifetimeSparseness()),
                orNull(populationSparseness()),
                orNull(classSelectivity()));
    }

    private static Double orNull(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : null;
    }

    /** Images that were added. */
    public long images() {
        return images;
    }

    public int units() {
        return units;
    }

    /** Mean activation over units and images. */
    public double mean() {
        double sum = 0;
        for (double ofUnit : sums) {
            sum += ofUnit;
        }
        return sum / units / images;
    }

    /** Active units of an image, on average. */
    public double l0() {
        long sum = 0;
        for (long ofUnit : active) {
            sum += ofUnit;
        }
        return (double) sum / images;
    }

    /** Share of the images for which each unit is active [units]. */
    public double[] density() {
        double[] density = new double[units];
        for (int j = 0; j < units; j++) {
            density[j] = (double) active[j] / images;
        }
        return density;
    }

    /** Units that were active for no image. */
    public int dead() {
        int dead = 0;
        for (long ofUnit : active) {
            dead += ofUnit == 0 ? 1 : 0;
        }
        return dead;
    }

    /** Mean over units; empty if no activation was above 0. */
    public OptionalDouble lifetimeSparseness() {
        double sum = 0;
        int living = 0;
        for (int j = 0; j < units; j++) {
            if (squares[j] > 0) {
                sum += 1 - sums[j] * sums[j] / images / squares[j];
                living++;
            }
        }
        return living == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / living);
    }

    /** Mean over images; empty if no activation was above 0. */
    public OptionalDouble populationSparseness() {
        return populations == 0 ? OptionalDouble.empty() : OptionalDouble.of(populationSparseness / populations);
    }

    /** Mean over units; empty if fewer than two labels occur, or no activation was above 0. */
    public OptionalDouble classSelectivity() {
        double sum = 0;
        int living = 0;
        for (int j = 0; j < units && labels.size() > 1; j++) {
            double best = 0;
            double total = 0;
            for (int label = 0; label < labels.size(); label++) {
                double mean = sumsByLabel.get(label)[j] / imagesByLabel[label];
                best = Math.max(best, mean);
                total += mean;
            }
            double others = (total - best) / (labels.size() - 1);
            if (best > 0) {
                sum += (best - others) / (best + others);
                living++;
            }
        }
        return living == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / living);
    }
}
