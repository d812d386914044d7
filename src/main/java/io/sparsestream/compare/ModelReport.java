package io.sparsestream.compare;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.learn.ExplainedVariance;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.ForwardPasses;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.LayerMeasures;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.RunningAverage;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * What one model does on a split.
 *
 * @param mse mean squared error over images and pixels
 * @param explainedVariance as {@link ExplainedVariance} has it; null where all images are equal
 * @param mseByLabel mean squared error over the images of each label that occurs, by ascending label; empty where the
 *     dataset has no labels
 * @param layers by the name of the hidden layer
 * @param test the measures that all parts of the product share
 */
public record ModelReport(
        String model,
        long step,
        Hyperparameters hyperparameters,
        double mse,
        Double explainedVariance,
        Map<String, Double> mseByLabel,
        Map<String, Layer> layers,
        TestReport test) {

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

    /** @param dataset whose images fit the model's input; at least one */
    public static ModelReport of(String model, long step, Learner learner, Dataset dataset) {
        List<Integer> labels = IntStream.range(0, dataset.size())
                .map(image -> label(dataset, image))
                .distinct()
                .sorted()
                .boxed()
                .toList();
        int hidden = learner.architecture().hiddenLayers();
        double[][][] sums = new double[hidden][labels.size()][];
        for (int layer = 0; layer < hidden; layer++) {
            for (int label = 0; label < labels.size(); label++) {
                sums[layer][label] = new double[learner.architecture().hiddenUnits(layer)];
            }
        }
        double[] errors = new double[labels.size()];
        int[] counts = new int[labels.size()];
        List<LayerMeasures> measures = LayerMeasures.of(learner);
        ForwardPasses.Visitor measure = LayerMeasures.into(measures);
        ExplainedVariance explained =
                new ExplainedVariance(learner.architecture().inputs());
        List<String> texts = dataset.labelTexts(MiniBatch.UNLABELLED);
        ForwardPasses.over(learner, dataset.images(), texts, (forward, batch, first) -> {
            add(
                    forward,
                    image -> Collections.binarySearch(labels, label(dataset, first + image)),
                    sums,
                    errors,
                    counts);
            measure.visit(forward, batch, first);
            explained.add(batch, forward.mse());
        });
        Map<String, Double> mseByLabel = new LinkedHashMap<>();
        double error = 0;
        for (int label = 0; label < labels.size(); label++) {
            error += errors[label];
            mseByLabel.put(labels.get(label).toString(), errors[label] / counts[label]);
        }
        Map<String, Layer> layers = new LinkedHashMap<>();
        for (int layer = 0; layer < hidden; layer++) {
            layers.put(
                    learner.architecture().hiddenLayer(layer),
                    layer(
                            sums[layer],
                            counts,
                            learner.hyperparameters().rho(),
                            measures.get(layer).dead()));
        }
        double mse = error / dataset.size();
        return new ModelReport(
                model,
                step,
                learner.hyperparameters(),
                mse,
                explained.value().isPresent() ? (Double) explained.value().getAsDouble() : null,
                dataset.isLabelled() ? mseByLabel : Map.of(),
                layers,
                TestReport.of(mse, LayerMeasures.summaries(learner.architecture(), measures)));
    }

    /** The same with the errors of probes, by the name of the hidden layer. */
    public ModelReport withProbeErrors(Map<String, Double> errors) {
        return new ModelReport(
                model, step, hyperparameters, mse, explainedVariance, mseByLabel, layers, test.withProbeErrors(errors));
    }

    /** All images are alike where there are no labels. */
    private static int label(Dataset dataset, int image) {
        return dataset.isLabelled() ? dataset.label(image) : 0;
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
    private static Layer layer(double[][] sums, int[] counts, double rho, int dead) {
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
            double[] byLabel = new double[counts.length];
            for (int label = 0; label < counts.length; label++) {
                units[j] += sums[label][j] / images;
                byLabel[label] = sums[label][j] / counts[label];
            }
            near += Math.abs(units[j] - rho) <= NEAR * rho ? 1 : 0;
            saturated += units[j] > RunningAverage.SATURATED_ABOVE ? 1 : 0;
            if (units[j] > 0) {
                living++;
                selectivity += selectivity(byLabel);
            }
        }
        double size = units.length;
        Double meanSelectivity = counts.length == 1 || living == 0 ? null : selectivity / living;
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
