package io.sparsestream.learn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Several replicas' changes become one change of the global parameters: Nesterov momentum on the average of the deltas,
 * as in A. Douillard et al., "DiLoCo: Distributed Low-Communication Training of Language Models", 2023.
 *
 * <pre>
 * δ̅ = Σ n_p δ_p / Σ n_p     δ_p = what replica p's n_p images since the last round have changed
 * v ← μ v + δ̅
 * θ ← θ + η (δ̅ + μ v)
 * </pre>
 *
 * Plain averaging is η = 1, μ = 0. Every map has an array for each tensor, by its name, as long as the tensor has elements. The sums are float64 and depend
 * on the order of the additions: whoever wants the same bits again adds in the same order. Not thread-safe.
 */
public final class OuterOptimizer {
    /** η unless told otherwise. */
    public static final double LEARNING_RATE = 0.5;

    /** μ unless told otherwise. */
    public static final double MOMENTUM = 0.9;

    private final double learningRate;
    private final double momentum;
    private final Map<String, double[]> sums = new LinkedHashMap<>();
    private long images;

    /**
     * @param learningRate η
     * @param momentum μ
     * @throws IllegalArgumentException as {@link #check}
     */
    public OuterOptimizer(List<Tensor> tensors, double learningRate, double momentum) {
        check(learningRate, momentum);
        this.learningRate = learningRate;
        this.momentum = momentum;
        tensors.forEach(tensor -> sums.put(tensor.name(), new double[tensor.size()]));
    }

    /** @throws IllegalArgumentException naming the first value that cannot be learned with */
    public static void check(double learningRate, double momentum) {
        Requirement.that(
                learningRate > 0 && Double.isFinite(learningRate),
                "outer-learning-rate",
                "a positive number",
                learningRate);
        Requirement.that(momentum >= 0 && momentum < 1, "outer-momentum", "at least 0 and below 1", momentum);
        Requirement.float32("outer-learning-rate", learningRate);
        Requirement.float32("outer-momentum", momentum);
        Requirement.that((float) momentum < 1, "outer-momentum", "below 1 in float32", momentum);
    }

    /**
     * Adds one replica's change to the open round.
     *
     * @param trained images that it was learned from: its weight in the average; at least 1
     */
    public void add(Map<String, float[]> delta, long trained) {
        if (trained < 1) {
            throw new IllegalArgumentException("a delta of " + trained + " images has no weight");
        }
        sums.forEach((name, sum) -> {
            float[] values = delta.get(name);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += (double) trained * values[i];
            }
        });
        images += trained;
    }

    /** Images of the open round. */
    long images() {
        return images;
    }

    /** ‖δ − δ̅‖ / ‖δ̅‖, δ̅ the average of what has been added: how far a replica has gone apart from the others. */
    public double divergence(Map<String, float[]> delta) {
        double apart = 0;
        double norm = 0;
        for (Map.Entry<String, double[]> entry : sums.entrySet()) {
            double[] sum = entry.getValue();
            float[] values = delta.get(entry.getKey());
            for (int i = 0; i < sum.length; i++) {
                double average = sum[i] / images;
                apart += (values[i] - average) * (values[i] - average);
                norm += average * average;
            }
        }
        return Math.sqrt(apart / norm);
    }

    /**
     * Closes the round as {@link #apply(Map, Map)} does, but changes the parameters only by what the encoded step says: so
     * whoever has had them, and decodes and adds the step, has them again, bit for bit.
     *
     * @param residual zero before the first round; what the encoding has lost, which joins the next step
     * @return the encoded step by tensor
     */
    public Map<String, byte[]> apply(
            Map<String, float[]> parameters,
            Map<String, float[]> velocity,
            Map<String, float[]> residual,
            DeltaEncoding encoding) {
        Map<String, float[]> step = new LinkedHashMap<>();
        sums.forEach((name, sum) -> step.put(name, new float[sum.length]));
        apply(step, velocity);
        Map<String, byte[]> encoded = new LinkedHashMap<>();
        step.forEach((name, values) -> {
            byte[] bytes = encoding.encode(values, residual.get(name));
            encoding.decode(bytes, values);
            float[] parameter = parameters.get(name);
            for (int i = 0; i < values.length; i++) {
                parameter[i] += values[i];
            }
            encoded.put(name, bytes);
        });
        return encoded;
    }

    /**
     * Closes the round: changes the parameters and the velocity in place, and begins the next round.
     *
     * @param velocity v; zero before the first round
     * @throws IllegalStateException if nothing has been added
     */
    void apply(Map<String, float[]> parameters, Map<String, float[]> velocity) {
        if (images == 0) {
            throw new IllegalStateException("a round without images changes nothing");
        }
        sums.forEach((name, sum) -> {
            float[] parameter = parameters.get(name);
            float[] v = velocity.get(name);
            for (int i = 0; i < sum.length; i++) {
                double average = sum[i] / images;
                v[i] = (float) (momentum * v[i] + average);
                parameter[i] += (float) (learningRate * (average + momentum * v[i]));
                sum[i] = 0;
            }
        });
        images = 0;
    }
}
