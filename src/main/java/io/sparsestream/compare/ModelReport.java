package io.sparsestream.compare;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sparsestream.learn.ExplainedVariance;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.ForwardPasses;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Labels;
import io.sparsestream.learn.LayerMeasures;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.Reconstructor;
import io.sparsestream.learn.RunningAverage;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * What one model does on a split.
 *
 * @param mse mean squared error over images and pixels
 * @param explainedVariance as {@link ExplainedVariance} has it, or, where inputs are scaled, the mean over the inputs; null where all
 *     images are equal
 * @param mseByLabel mean squared error over the images of each label that occurs, in the order of {@link Labels#ORDER}, those
 *     beyond {@link Labels#MEASURED} together; empty where there are no labels
 * @param layers by the name of the hidden layer
 * @param test the measures that all parts of the product share
 * @param inputs how well each is reconstructed; empty where they are pixels
 */
public record ModelReport(
        String model,
        long step,
        Hyperparameters hyperparameters,
        double mse,
        Double explainedVariance,
        Map<String, Double> mseByLabel,
        Map<String, Layer> layers,
        TestReport test,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<InputErrors.Input> inputs) {
    private static final int WORST = 5;

    private static final double NEAR = 0.25;

    /**
     * One hidden layer; a unit's activation is its mean over the images.
     *
     * @param meanActivation over its units
     * @param nearTarget fraction of units within 25 % of ρ
     * @param dead fraction of units that are active for no image
     * @param saturated fraction of units above {@link RunningAverage#SATURATED_ABOVE}
     * @param selectivity mean over the units that are ever above 0 of 1 − H(p)/ln n, with p the unit's activation by label,
     *     scaled to a sum of 1, and n the number of labels that occur: 0 where it answers to all of them alike, 1 where to
     *     a single one (the redundancy of C. E. Shannon, "A Mathematical Theory of Communication", 1948); null where
     *     fewer than two labels occur
     * @param units activation of every unit
     */
    public record Layer(
            double meanActivation,
            double nearTarget,
            double dead,
            double saturated,
            Double selectivity,
            double[] units) {}

    /** @param records which fit the model's input; at least one */
    public static ModelReport of(String model, long step, Reconstructor reconstructor, TestSet records) {
        Labels numbers = new Labels();
        int[] numberOf = records.labels().stream().mapToInt(numbers::number).toArray();
        List<String> labels = IntStream.range(0, numbers.size())
                .mapToObj(numbers::name)
                .sorted(Labels.ORDER)
                .toList();
        int[] place = IntStream.range(0, numbers.size())
                .map(number -> labels.indexOf(numbers.name(number)))
                .toArray();
        int hidden = reconstructor.architecture().hiddenLayers();
        double[][][] sums = new double[hidden][labels.size()][];
        for (int layer = 0; layer < hidden; layer++) {
            for (int label = 0; label < labels.size(); label++) {
                sums[layer][label] = new double[reconstructor.architecture().hiddenUnits(layer)];
            }
        }
        double[] errors = new double[labels.size()];
        int[] counts = new int[labels.size()];
        List<LayerMeasures> measures = LayerMeasures.of(reconstructor);
        ForwardPasses.Visitor measure = LayerMeasures.into(measures);
        ExplainedVariance explained =
                new ExplainedVariance(reconstructor.architecture().inputs());
        InputErrors inputErrors = new InputErrors(reconstructor.architecture().inputs());
        ForwardPasses.over(reconstructor, records.values(), records.labels(), (forward, batch, first) -> {
            add(forward, image -> place[numberOf[first + image]], sums, errors, counts);
            measure.visit(forward, batch, first);
            explained.add(batch, forward.mse());
            inputErrors.add(forward, batch);
        });
        Map<String, Double> mseByLabel = new LinkedHashMap<>();
        double error = 0;
        for (int label = 0; label < labels.size(); label++) {
            error += errors[label];
            if (!labels.get(label).equals(MiniBatch.UNLABELLED)) {
                mseByLabel.put(labels.get(label), errors[label] / counts[label]);
            }
        }
        Map<String, Layer> layers = new LinkedHashMap<>();
        for (int layer = 0; layer < hidden; layer++) {
            layers.put(
                    reconstructor.architecture().hiddenLayer(layer),
                    layer(
                            sums[layer],
                            counts,
                            labels,
                            reconstructor.hyperparameters().rho(),
                            measures.get(layer).dead()));
        }
        double mse = error / records.size();
        List<InputErrors.Input> inputs = inputErrors.inputs(records);
        OptionalDouble variance = reconstructor.hyperparameters().scale().isGiven()
                ? InputErrors.meanExplainedVariance(inputs)
                : explained.value();
        return new ModelReport(
                model,
                step,
                reconstructor.hyperparameters(),
                mse,
                variance.isPresent() ? (Double) variance.getAsDouble() : null,
                mseByLabel,
                layers,
                TestReport.of(mse, LayerMeasures.summaries(reconstructor.architecture(), measures)),
                records.pictures().isPresent() ? List.of() : inputs);
    }

    /** The inputs that are reconstructed worst, a row each. */
    public Table worstInputs() {
        Table table = new Table(List.of("worst inputs", "explained", "root mean squared error"));
        inputs.stream()
                .filter(input -> input.explainedVariance() != null)
                .sorted(Comparator.comparing(InputErrors.Input::explainedVariance))
                .limit(WORST)
                .forEach(input -> table.add(List.of(
                        input.name(),
                        Table.cell("%.1f %%", 100 * input.explainedVariance()),
                        Table.cell("%.4g", input.rootMeanSquaredError()))));
        return table;
    }

    /** The same with the errors of probes, by the name of the hidden layer. */
    public ModelReport withProbeErrors(Map<String, Double> errors) {
        return new ModelReport(
                model,
                step,
                hyperparameters,
                mse,
                explainedVariance,
                mseByLabel,
                layers,
                test.withProbeErrors(errors),
                inputs);
    }

    /** @param labelOf the place of each image's label in the arrays that it is added to */
    private static void add(
            ForwardPass forward, IntUnaryOperator labelOf, double[][][] sums, double[] errors, int[] counts) {
        for (int image = 0; image < forward.images(); image++) {
            int label = labelOf.applyAsInt(image);
            errors[label] += forward.mse()[image];
            counts[label]++;
            for (int layer = 0; layer < sums.length; layer++) {
                double[] sum = sums[layer][label];
                for (int j = 0; j < sum.length; j++) {
                    sum[j] += forward.activations()[layer][image * sum.length + j];
                }
            }
        }
    }

    /** @param sums of every unit's activation [label][unit], over as many images of each label */
    private static Layer layer(double[][] sums, int[] counts, List<String> labels, double rho, int dead) {
        int[] told = IntStream.range(0, counts.length)
                .filter(label -> !labels.get(label).equals(MiniBatch.UNLABELLED))
                .toArray();
        double[] units = new double[sums[0].length];
        int images = 0;
        for (int label = 0; label < counts.length; label++) {
            images += counts[label];
        }
        int near = 0;
        int living = 0;
        int saturated = 0;
        double selectivity = 0;
        for (int j = 0; j < units.length; j++) {
            for (double[] sum : sums) {
                units[j] += sum[j] / images;
            }
            double[] byLabel = new double[told.length];
            for (int label = 0; label < told.length; label++) {
                byLabel[label] = sums[told[label]][j] / counts[told[label]];
            }
            near += Math.abs(units[j] - rho) <= NEAR * rho ? 1 : 0;
            saturated += units[j] > RunningAverage.SATURATED_ABOVE ? 1 : 0;
            boolean isTold = Arrays.stream(byLabel).sum() > 0; // else it was active for records without a label alone
            if (isTold && told.length > 1) {
                living++;
                selectivity += selectivity(byLabel);
            }
        }
        double size = units.length;
        Double meanSelectivity = living == 0 ? null : selectivity / living;
        return new Layer(
                RunningAverage.mean(units), near / size, dead / size, saturated / size, meanSelectivity, units);
    }

    /** 1 − H(p)/ln n of n activations, p their share of their sum. */
    static double selectivity(double[] activations) {
        double sum = 0;
        for (double activation : activations) {
            sum += activation;
        }
        double entropy = 0;
        for (double activation : activations) {
            double p = activation / sum;
            entropy -= p == 0 ? 0 : p * Math.log(p);
        }
        return 1 - entropy / Math.log(activations.length);
    }
}
