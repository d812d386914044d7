package io.sparsestream.compare;

import io.sparsestream.learn.MatrixProduct;
import io.sparsestream.learn.Reconstructor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * How much of the label a linear reader finds in each layer of a frozen model.
 *
 * @param dataset its name, such as {@code mnist}
 * @param trainingImages that the probes have learned from
 * @param testImages that they were measured on
 * @param layers by name: {@link #PIXELS} or {@link #INPUTS}, then the hidden layers
 */
public record ProbeReport(
        String model, long step, String dataset, int trainingImages, int testImages, Map<String, Layer> layers) {
    /** The row to compare with: the images themselves. */
    public static final String PIXELS = "pixels";

    /** The same of records that are no pictures. */
    public static final String INPUTS = "inputs";

    private static final List<Integer> FEW = List.of(1, 2, 5);

    /**
     * The probes of one layer; errors are shares of the test images.
     *
     * @param units of the layer
     * @param probeError of a probe on all units
     * @param trainingError of the same on the training images
     * @param l2 weight that was chosen for it
     * @param bestUnits those that tell most of the label, the best first, counted from 0
     * @param probeErrorOfBest by number of units: of a probe on so many of the best alone
     */
    public record Layer(
            int units,
            double probeError,
            double trainingError,
            double l2,
            List<Integer> bestUnits,
            Map<Integer, Double> probeErrorOfBest) {
        private static Layer of(LabelledRows training, LabelledRows test, Supplier<MatrixProduct> products) {
            Probe all = Probe.of(training, test, products);
            List<Integer> best = BestUnits.of(training, FEW.get(FEW.size() - 1));
            Map<Integer, Double> few = new LinkedHashMap<>();
            for (int count : FEW) {
                List<Integer> units = best.subList(0, Math.min(count, best.size()));
                few.put(
                        count,
                        Probe.of(training.ofUnits(units), test.ofUnits(units), products)
                                .error());
            }
            return new Layer(training.units(), all.error(), all.trainingError(), all.l2(), best, few);
        }
    }

    /**
     * Probes a model.
     *
     * @param dataset its name
     * @param training labelled records that fit the model's input, at least ten
     * @param test likewise, at least one
     * @param products a new one for each regression; the reconstructor is used by the caller's thread alone
     */
    public static ProbeReport of(
            String model,
            long step,
            Reconstructor reconstructor,
            String dataset,
            TestSet training,
            TestSet test,
            Supplier<MatrixProduct> products) {
        int inputs = reconstructor.architecture().inputs();
        List<String> classes = LabelledRows.classes(training);
        Map<String, Layer> layers = new LinkedHashMap<>();
        layers.put(
                training.pictures().isPresent() ? PIXELS : INPUTS,
                Layer.of(
                        LabelledRows.ofInputs(training, inputs, classes),
                        LabelledRows.ofInputs(test, inputs, classes),
                        products));
        List<LabelledRows> trainingLayers = LabelledRows.ofLayers(reconstructor, training, classes);
        List<LabelledRows> testLayers = LabelledRows.ofLayers(reconstructor, test, classes);
        for (int layer = 0; layer < trainingLayers.size(); layer++) {
            layers.put(
                    reconstructor.architecture().hiddenLayer(layer),
                    Layer.of(trainingLayers.get(layer), testLayers.get(layer), products));
        }
        return new ProbeReport(model, step, dataset, training.size(), test.size(), layers);
    }

    /**
     * The errors alone, of probes on all units of each hidden layer, by its name. The parameters are those of {@link #of}.
     */
    public static Map<String, Double> errors(
            Reconstructor reconstructor, TestSet training, TestSet test, Supplier<MatrixProduct> products) {
        List<String> classes = LabelledRows.classes(training);
        Map<String, Double> errors = new LinkedHashMap<>();
        List<LabelledRows> trainingLayers = LabelledRows.ofLayers(reconstructor, training, classes);
        List<LabelledRows> testLayers = LabelledRows.ofLayers(reconstructor, test, classes);
        for (int layer = 0; layer < trainingLayers.size(); layer++) {
            errors.put(
                    reconstructor.architecture().hiddenLayer(layer),
                    Probe.of(trainingLayers.get(layer), testLayers.get(layer), products)
                            .error());
        }
        return errors;
    }

    /** A row for each layer. */
    public Table table() {
        List<String> heading = new ArrayList<>(List.of("layer", "units", "probe error"));
        FEW.forEach(count -> heading.add(count + (count == 1 ? " unit" : " units")));
        Table table = new Table(heading);
        layers.forEach((name, layer) -> {
            List<String> row =
                    new ArrayList<>(List.of(name, Integer.toString(layer.units()), percent(layer.probeError())));
            layer.probeErrorOfBest().values().forEach(error -> row.add(percent(error)));
            table.add(row);
        });
        return table;
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }
}
