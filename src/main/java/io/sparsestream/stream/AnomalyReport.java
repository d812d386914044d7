package io.sparsestream.stream;

import io.sparsestream.learn.ForwardPass;
import io.sparsestream.message.Anomaly;
import io.sparsestream.message.Dtype;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Tells which records are unlike those before them, and which inputs made them so. */
public final class AnomalyReport {
    /** Inputs that are named of each. */
    private static final int TOLD = 5;

    private final String model;
    private final double above;
    private final int inputs;
    private final List<String> names;

    /**
     * Of one model.
     *
     * @param above rank of the least anomaly
     * @param inputs of a record
     * @param names of the inputs; empty if they have numbers
     */
    public AnomalyReport(String model, double above, int inputs, List<String> names) {
        this.model = model;
        this.above = above;
        this.inputs = inputs;
        this.names = names;
    }

    /** Whether an image of a batch is one. */
    public boolean isOne(ForwardPass forward, int index) {
        return forward.anomalies().rank()[index] > above; // not if it is not known
    }

    /**
     * The report on an image of a batch.
     *
     * @param values the image's, as {@link io.sparsestream.learn.MiniBatch#add(byte[], String)} takes them
     * @param label empty if it has none
     */
    public Anomaly of(byte[] values, String label, String source, ForwardPass forward, int index, long step) {
        float[] reconstruction = Arrays.copyOfRange(forward.reconstructions(), index * inputs, (index + 1) * inputs);
        Dtype dtype = Dtype.of(values, inputs);
        double[] errors = new double[inputs];
        for (int j = 0; j < inputs; j++) {
            double error = (dtype.number(values, j) - reconstruction[j]) * (double) forward.factors()[j];
            errors[j] = Double.isNaN(error) ? 0 : error * error; // what is missing is no error
        }
        double sum = Arrays.stream(errors).sum();
        List<Anomaly.Input> told = new ArrayList<>();
        IntStream.range(0, inputs)
                .boxed()
                .filter(j -> errors[j] > 0)
                .sorted(Comparator.comparingDouble((Integer j) -> -errors[j]))
                .limit(TOLD)
                .forEach(j -> told.add(new Anomaly.Input(
                        names.isEmpty() ? Integer.toString(j + 1) : names.get(j),
                        dtype.number(values, j),
                        reconstruction[j],
                        errors[j] / sum)));
        return new Anomaly(
                model,
                step,
                source,
                label.isEmpty() ? null : label,
                forward.mse()[index],
                forward.anomalies().deviation()[index],
                forward.anomalies().rank()[index],
                told,
                reconstruction);
    }
}
