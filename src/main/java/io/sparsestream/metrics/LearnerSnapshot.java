package io.sparsestream.metrics;

import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.RunningAverage;
import io.sparsestream.learn.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the gauges show of a learner, copied out of its live arrays on its own thread. Nothing writes to it afterwards.
 *
 * @param step of the training step it was taken after
 * @param layers by name of the hidden layer
 * @param weightNorms L2 norm by name of the weight matrix
 */
record LearnerSnapshot(
        long step, Hyperparameters hyperparameters, Map<String, Layer> layers, Map<String, Double> weightNorms) {

    /**
     * Averages over one hidden layer's units.
     *
     * @param off fraction of units
     * @param saturated fraction of units
     * @param sortedRecent the units' recent averages in ascending order
     */
    record Layer(double meanOfAll, double meanOfRecent, double off, double saturated, double[] sortedRecent) {
        static Layer of(RunningAverage average) {
            double[] sorted = average.recent().clone();
            Arrays.sort(sorted);
            return new Layer(average.meanOfAll(), average.meanOfRecent(), average.off(), average.saturated(), sorted);
        }

        /** Quantile over the units. */
        double quantile(double q) {
            return LearnerSnapshot.quantile(sortedRecent, q);
        }
    }

    /**
     * Linear between the two nearest.
     *
     * @param sorted ascending
     */
    static double quantile(double[] sorted, double q) {
        double position = q * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }

    static LearnerSnapshot of(long step, Learner learner) {
        Map<String, Layer> layers = new LinkedHashMap<>();
        for (RunningAverage average : learner.averages()) {
            layers.put(average.layer(), Layer.of(average));
        }
        Map<String, Double> norms = new LinkedHashMap<>();
        for (Tensor tensor : learner.state().tensors()) {
            if (tensor.isWeight()) {
                norms.put(tensor.name(), norm(learner.state().parameter(tensor.name())));
            }
        }
        return new LearnerSnapshot(step, learner.hyperparameters(), layers, norms);
    }

    private static double norm(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum);
    }
}
