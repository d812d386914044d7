package io.sparsestream.compare;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.RunningAverage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one model does on a split.
 *
 * @param mse mean squared error over images and pixels
 * @param explainedVariance 1 − mse / variance of the pixels around the mean image
 * @param mseByDigit mean squared error over the images of each label; empty where the dataset has no labels
 * @param layers by the name of the hidden layer
 */
public record ModelReport(
        String model,
        long step,
        Hyperparameters hyperparameters,
        double mse,
        double explainedVariance,
        List<Double> mseByDigit,
        Map<String, Layer> layers) {

    private static final int LABELS = 10;
    private static final double NEAR = 0.25;

    /**
     * One hidden layer; a unit's activation is its mean over the images.
     *
     * @param meanActivation over its units
     * @param nearTarget fraction of units within 25 % of ρ
     * @param dead fraction of units below {@link RunningAverage#DEAD_BELOW}
     * @param saturated fraction of units above {@link RunningAverage#SATURATED_ABOVE}
     * @param selectivity mean over the units that are not dead of 1 − H(p)/ln 10, with p the unit's activation by
     *     label, scaled to a sum of 1: 0 where it answers to all digits alike, 1 where to a single one (the redundancy
     *     of C. E. Shannon, "A Mathematical Theory of Communication", 1948); null where there are no labels
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
        boolean labelled = dataset.labels().length > 0;
        int classes = labelled ? LABELS : 1;
        int hidden = learner.architecture().hiddenLayers();
        double[][][] sums = new double[hidden][classes][];
        for (int layer = 0; layer < hidden; layer++) {
            for (int label = 0; label < classes; label++) {
                sums[layer][label] = new double[learner.architecture().hiddenUnits(layer)];
            }
        }
        double[] errors = new double[classes];
        int[] counts = new int[classes];
        MiniBatch batch = learner.newBatch();
        for (int i = 0; i < dataset.size(); i++) {
            batch.add(dataset.images().get(i), labelled ? dataset.labels()[i] : 0);
            if (batch.isFull() || i == dataset.size() - 1) {
                add(learner.reconstruct(batch), batch.labels(), sums, errors, counts);
                batch.clear();
            }
        }
        List<Double> mseByDigit = new ArrayList<>();
        double error = 0;
        for (int label = 0; label < classes; label++) {
            error += errors[label];
            mseByDigit.add(counts[label] == 0 ? null : errors[label] / counts[label]);
        }
        Map<String, Layer> layers = new LinkedHashMap<>();
        for (int layer = 0; layer < hidden; layer++) {
            layers.put(
                    learner.architecture().hiddenLayer(layer),
                    layer(sums[layer], counts, learner.hyperparameters().rho()));
        }
        double mse = error / dataset.size();
        return new ModelReport(
                model,
                step,
                learner.hyperparameters(),
                mse,
                1 - mse / variance(dataset.images()),
                labelled ? mseByDigit : List.of(),
                layers);
    }

    private static void add(ForwardPass forward, int[] labels, double[][][] sums, double[] errors, int[] counts) {
        for (int image = 0; image < forward.images(); image++) {
            int label = labels[image];
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
    private static Layer layer(double[][] sums, int[] counts, double rho) {
        double[] units = new double[sums[0].length];
        int images = 0;
        for (int label = 0; label < counts.length; label++) {
            images += counts[label];
        }
        int near = 0;
        int dead = 0;
        int saturated = 0;
        double selectivity = 0;
        for (int j = 0; j < units.length; j++) {
            double[] byLabel = new double[counts.length];
            for (int label = 0; label < counts.length; label++) {
                units[j] += sums[label][j] / images;
                byLabel[label] = counts[label] == 0 ? 0 : sums[label][j] / counts[label];
            }
            near += Math.abs(units[j] - rho) <= NEAR * rho ? 1 : 0;
            saturated += units[j] > RunningAverage.SATURATED_ABOVE ? 1 : 0;
            if (units[j] < RunningAverage.DEAD_BELOW) {
                dead++;
            } else {
                selectivity += selectivity(byLabel);
            }
        }
        double size = units.length;
        Double meanSelectivity = counts.length == 1 || dead == units.length ? null : selectivity / (size - dead);
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

    /** Of pixels in 0 … 1 around the mean image. */
    static double variance(List<byte[]> images) {
        int pixels = images.get(0).length;
        long[] sum = new long[pixels];
        long[] squares = new long[pixels];
        for (byte[] image : images) {
            for (int i = 0; i < pixels; i++) {
                int grey = image[i] & 0xff;
                sum[i] += grey;
                squares[i] += grey * grey;
            }
        }
        double variance = 0;
        for (int i = 0; i < pixels; i++) {
            double mean = (double) sum[i] / images.size();
            variance += (double) squares[i] / images.size() - mean * mean;
        }
        return variance / pixels / (255 * 255);
    }
}
