package io.sparsestream.learn;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How sparse and how selective the hidden layers of a model are while it learns, by the definitions of {@link LayerMeasures},
 * how well labels can be read from them, and how much of the images the reconstructions explain. Each image counts as the
 * model saw it before the step that it was part of, exponentially weighted over about the last {@code window} images, which is
 * the model's averaging window. A unit is dead, and its density 0, if it was active
 * for none of the last {@code window} images.
 *
 * <p>The same mini-batches lead to the same bits; {@link #values} and {@link #averages} hold all that they have changed, so
 * that measures go on exactly after a restart. No step of the model reads them. Not thread-safe.
 */
public final class LiveMeasures {
    private static final String MEASURED = "measured.";
    private static final String PROBE = "probe.";

    private final int window;
    private final double fadingPerImage;
    private final LabelClasses classes = new LabelClasses(LabelClasses.MEASURED);
    private final List<Layer> layers = new ArrayList<>();
    private final ExplainedVariance explained;
    private final double[] images = new double[1]; // since the measures began
    private final int[] numbers; // of the labels of a mini-batch [B]

    /**
     * What the measures are after a step; null where there is nothing that they could be a measure of.
     *
     * @param window images that they look back on
     * @param images of these that have come: fewer at first
     * @param explainedVariance 1 − Σ‖x − x̂‖² / Σ‖x − x̄‖²
     * @param layers by the name of the hidden layer
     */
    public record Summary(int window, long images, Double explainedVariance, Map<String, OfLayer> layers) {}

    /**
     * One hidden layer; the names are those of {@link LayerMeasures.Summary}.
     *
     * @param l0 active units of an image, on average
     * @param dead units that were active for none of the images
     * @param probeAccuracy share of about the last 10,000 labels that a regression on the layer predicted before it learned them
     * @param density share of the images for which each unit is active; 0 of a dead one
     */
    public record OfLayer(
            double l0,
            int dead,
            Double lifetimeSparseness,
            Double populationSparseness,
            Double classSelectivity,
            Double probeAccuracy,
            float[] density) {
        /** Fraction of units that are dead. */
        public double deadShare() {
            return (double) dead / density.length;
        }
    }

    /** What there is of one hidden layer. */
    private static final class Layer {
        private final String name;
        private final LayerSums sums;
        private final double[] silent; // [units]: images since each was last active, by whole mini-batches
        private final double[] before; // [units], scratch: active, before a mini-batch
        private final Optional<PrequentialProbe> probe;

        Layer(String name, int units, ActivationKind kind, int batch, Optional<MatrixProduct> probes) {
            this.name = name;
            sums = new LayerSums(units, kind.activeAbove(), LabelClasses.MEASURED);
            silent = new double[units];
            before = new double[units];
            probe = probes.map(product -> new PrequentialProbe(units, LabelClasses.MEASURED, batch, product));
        }

        void add(float[] activations, int images, int[] numbers, double fading) {
            sums.fade(fading);
            double[] active = sums.active();
            System.arraycopy(active, 0, before, 0, before.length);
            sums.add(activations, images, numbers);
            for (int j = 0; j < silent.length; j++) {
                silent[j] = active[j] > before[j] ? 0 : silent[j] + images;
            }
            if (probe.isPresent()) {
                probe.get().add(activations, images, numbers, sums);
            }
        }

        /** Share of the images for which a unit is active, faded as the sums are; 0 if it was for none of the last ones. */
        double density(int unit, double images) {
            return silent[unit] >= images ? 0 : sums.active()[unit] / sums.images();
        }

        OfLayer summary(double images) {
            float[] density = new float[silent.length];
            int dead = 0;
            for (int j = 0; j < density.length; j++) {
                density[j] = (float) density(j, images); // seven digits are enough to look at
                dead += density[j] == 0 ? 1 : 0;
            }
            return new OfLayer(
                    sums.l0(),
                    dead,
                    LayerSums.orNull(sums.lifetimeSparseness()),
                    LayerSums.orNull(sums.populationSparseness()),
                    LayerSums.orNull(sums.classSelectivity()),
                    probe.map(each -> LayerSums.orNull(each.accuracy())).orElse(null),
                    density);
        }
    }

    /** @param probes makes their products; empty if there are none */
    LiveMeasures(Architecture architecture, Hyperparameters hyperparameters, Optional<MatrixProduct> probes) {
        int batch = hyperparameters.batch();
        window = hyperparameters.averagingWindow();
        fadingPerImage = 1 - 1.0 / window;
        for (int layer = 0; layer < architecture.hiddenLayers(); layer++) {
            layers.add(new Layer(
                    architecture.hiddenLayer(layer),
                    architecture.hiddenUnits(layer),
                    hyperparameters.activation(layer),
                    batch,
                    probes));
        }
        explained = new ExplainedVariance(architecture.inputs());
        numbers = new int[batch];
    }

    /** Whether an array of that name is one of measures, which a learner that takes others, or none, can do without. */
    public static boolean isOne(String array) {
        return array.startsWith(MEASURED) || array.startsWith(PROBE);
    }

    /** Every float32 array by name, live. */
    Map<String, float[]> values() {
        Map<String, float[]> values = new LinkedHashMap<>();
        for (Layer layer : layers) {
            layer.probe.ifPresent(probe ->
                    probe.values().forEach((name, value) -> values.put(PROBE + layer.name + "." + name, value)));
        }
        return Collections.unmodifiableMap(values);
    }

    /** Every float64 array by name, live. */
    Map<String, double[]> averages() {
        Map<String, double[]> averages = new LinkedHashMap<>();
        averages.put(MEASURED + "images", images);
        averages.put(MEASURED + "classes", classes.names());
        explained.arrays().forEach((name, value) -> averages.put(MEASURED + "" + name, value));
        for (Layer layer : layers) {
            layer.sums.arrays().forEach((name, value) -> averages.put(MEASURED + "" + layer.name + "." + name, value));
            averages.put(MEASURED + "" + layer.name + ".silent", layer.silent);
            layer.probe.ifPresent(probe -> averages.put(PROBE + layer.name + ".counts", probe.counts()));
        }
        return Collections.unmodifiableMap(averages);
    }

    /** Takes in the images of a step. */
    void add(StepResult result) {
        ForwardPass forward = result.forward();
        int count = forward.images();
        for (int image = 0; image < count; image++) {
            numbers[image] = classes.number(result.batch().labels()[image]);
        }
        double fading = Math.pow(fadingPerImage, count);
        images[0] += count;
        for (int layer = 0; layer < layers.size(); layer++) {
            layers.get(layer).add(forward.activations()[layer], count, numbers, fading);
        }
        explained.fade(fading);
        explained.add(result.batch(), forward.mse());
    }

    /**
     * What the measures say of one unit.
     *
     * @param layer counted from 0
     * @param labels by their text, which the measures do not keep: one that is missing is not named
     */
    public UnitMeasures unit(int layer, int unit, Collection<String> labels) {
        if (images[0] == 0) {
            return UnitMeasures.NONE;
        }
        LayerSums sums = layers.get(layer).sums;
        double selectivity = sums.classSelectivity(unit);
        OptionalInt best = sums.bestClass(unit);
        return new UnitMeasures(
                layers.get(layer).density(unit, looked()),
                Double.isNaN(selectivity) ? null : (Double) selectivity,
                best.isEmpty() ? null : classes.label(best.getAsInt(), labels).orElse(null));
    }

    /**
     * Active units of an image, on average; 0 before the first image.
     *
     * @param layer counted from 0
     */
    public double l0(int layer) {
        return images[0] == 0 ? 0 : layers.get(layer).sums.l0();
    }

    /** Images that the measures look back on: fewer than the window at first. */
    private double looked() {
        return Math.min(window, images[0]);
    }

    /** A copy. */
    public Summary summary() {
        double looked = looked();
        Map<String, OfLayer> summaries = new LinkedHashMap<>();
        if (looked > 0) {
            layers.forEach(layer -> summaries.put(layer.name, layer.summary(looked)));
        }
        return new Summary(window, (long) looked, LayerSums.orNull(explained.value()), summaries);
    }
}
