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
    private final LayerSums sums;
    private final Labels labels = new Labels();

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
        sums = new LayerSums(units, activeAbove, Labels.MEASURED + 1);
    }

    /**
     * Those of every hidden layer of a model over a split.
     *
     * @param labels of the images, one for each; {@link MiniBatch#UNLABELLED} where there is none
     */
    public static List<LayerMeasures> of(Reconstructor model, List<byte[]> images, List<String> labels) {
        List<LayerMeasures> measures = of(model);
        ForwardPasses.over(model, images, labels, into(measures));
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
    public static List<LayerMeasures> of(Reconstructor model) {
        List<LayerMeasures> measures = new ArrayList<>();
        for (int layer = 0; layer < model.architecture().hiddenLayers(); layer++) {
            measures.add(new LayerMeasures(
                    model.architecture().hiddenUnits(layer),
                    model.hyperparameters().activation(layer).activeAbove()));
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
        add(forward.activations()[layer], forward.images(), labels);
    }

    /**
     * Takes in images.
     *
     * @param activations [at least images × units]
     * @param ofImages the class of each, or {@link MiniBatch#UNLABELLED}
     */
    public void add(float[] activations, int images, String[] ofImages) {
        int[] numbers = new int[images];
        for (int image = 0; image < images; image++) {
            numbers[image] =
                    ofImages[image].equals(MiniBatch.UNLABELLED) ? Labels.MEASURED + 1 : labels.number(ofImages[image]);
        }
        sums.add(activations, images, numbers);
    }

    public Summary summary() {
        return new Summary(
                mean(),
                l0(),
                units(),
                dead(),
                LayerSums.orNull(lifetimeSparseness()),
                LayerSums.orNull(populationSparseness()),
                LayerSums.orNull(classSelectivity()));
    }

    /** Images that were added. */
    public long images() {
        return (long) sums.images();
    }

    public int units() {
        return sums.units();
    }

    /** Mean activation over units and images. */
    public double mean() {
        return sums.mean();
    }

    /** Active units of an image, on average. */
    public double l0() {
        return sums.l0();
    }

    /** Share of the images for which each unit is active [units]. */
    public double[] density() {
        return sums.density();
    }

    /** Units that were active for no image. */
    public int dead() {
        int dead = 0;
        for (double ofUnit : sums.active()) {
            dead += ofUnit == 0 ? 1 : 0;
        }
        return dead;
    }

    /** Mean over units; empty if no activation was above 0. */
    public OptionalDouble lifetimeSparseness() {
        return sums.lifetimeSparseness();
    }

    /** Mean over images; empty if no activation was above 0. */
    public OptionalDouble populationSparseness() {
        return sums.populationSparseness();
    }

    /** Mean over units; empty if fewer than two labels occur, or no activation was above 0. */
    public OptionalDouble classSelectivity() {
        return sums.classSelectivity();
    }
}
