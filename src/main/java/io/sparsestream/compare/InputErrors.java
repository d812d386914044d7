package io.sparsestream.compare;

import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.MiniBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;

/** How well a model reconstructs each input, in the input's own units. What is missing does not count. */
final class InputErrors {
    private final double[] count; // [inputs]
    private final double[] mean;
    private final double[] deviations; // Σ (x − x̄)², by Welford's recurrence
    private final double[] errors; // Σ (x − x̂)²

    /**
     * One input.
     *
     * @param name its field, or its number from 1 on
     * @param rootMeanSquaredError in its own units; null where it is always missing
     * @param explainedVariance 1 − Σ(x − x̂)² / Σ(x − x̄)²; null where it never varies
     */
    record Input(String name, Double rootMeanSquaredError, Double explainedVariance) {}

    InputErrors(int inputs) {
        count = new double[inputs];
        mean = new double[inputs];
        deviations = new double[inputs];
        errors = new double[inputs];
    }

    void add(ForwardPass forward, MiniBatch batch) {
        for (int record = 0; record < batch.size(); record++) {
            for (int j = 0; j < count.length; j++) {
                double value = batch.images()[record * count.length + j];
                if (!Double.isNaN(value)) {
                    count[j]++;
                    double difference = value - mean[j];
                    mean[j] += difference / count[j];
                    deviations[j] += difference * (value - mean[j]);
                    double error = value - forward.reconstructions()[record * count.length + j];
                    errors[j] += error * error;
                }
            }
        }
    }

    List<Input> inputs(TestSet records) {
        List<Input> inputs = new ArrayList<>();
        for (int j = 0; j < count.length; j++) {
            inputs.add(new Input(
                    records.field(j),
                    count[j] == 0 ? null : (Double) Math.sqrt(errors[j] / count[j]),
                    deviations[j] > 0 ? (Double) (1 - errors[j] / deviations[j]) : null));
        }
        return inputs;
    }

    /** Mean over the inputs that vary: each of them counts alike, as scaled inputs do. */
    static OptionalDouble meanExplainedVariance(List<Input> inputs) {
        return inputs.stream()
                .map(Input::explainedVariance)
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .average();
    }
}
