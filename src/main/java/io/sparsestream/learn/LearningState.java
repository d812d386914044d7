package io.sparsestream.learn;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * All that learning changes, and so all that a checkpoint holds: parameters, Adam's moments, counts, running averages,
 * how long units were silent, and what is measured. The arrays are live; their owner is the learner's thread.
 */
public final class LearningState {
    /** The reference experiment's. */
    private static final float INITIAL_STANDARD_DEVIATION = 0.1f;

    /** Of jumprelu. */
    static final float INITIAL_THRESHOLD = 0.05f;

    private static final String THRESHOLD = "threshold.";
    private static final double[] NONE = {};
    private static final String SILENT = "silent.";
    private static final String REVIVED = "revived.";
    private static final String ERRORS = "errors.";

    private final Architecture architecture;
    private final Hyperparameters kinds; // of which only what is fixed when a model starts
    private final List<Tensor> tensors;
    private final Map<String, float[]> values = new LinkedHashMap<>();
    private final Map<String, double[]> averages = new LinkedHashMap<>();
    private long step;
    private long images;
    private double squaredWeights = Double.NaN; // NaN: not known

    /**
     * The state before the first image: weights N(0, 0.1²) from the hyperparameters' seed, jumprelu's thresholds a constant,
     * all else zero. A dictionary's decoder has rows of norm 1 in random directions, and its encoder is the transpose.
     */
    public LearningState(Architecture architecture, Hyperparameters hyperparameters) {
        this.architecture = architecture;
        kinds = hyperparameters;
        tensors = hyperparameters.tensors(architecture);
        for (Tensor tensor : tensors) {
            values.put(tensor.name(), new float[tensor.size()]);
        }
        for (Tensor tensor : tensors) {
            values.put("m." + tensor.name(), new float[tensor.size()]);
            values.put("v." + tensor.name(), new float[tensor.size()]);
        }
        for (int layer = 0; layer < architecture.hiddenLayers(); layer++) {
            averages.put("all." + architecture.hiddenLayer(layer), new double[architecture.hiddenUnits(layer)]);
            averages.put("recent." + architecture.hiddenLayer(layer), new double[architecture.hiddenUnits(layer)]);
            ActivationKind activation = hyperparameters.activation(layer);
            if (activation.hasZeros()) {
                averages.put(SILENT + architecture.hiddenLayer(layer), new double[architecture.hiddenUnits(layer)]);
                averages.put(REVIVED + architecture.hiddenLayer(layer), new double[1]);
            }
            if (activation.shape() == ActivationKind.Shape.BATCHTOPK) {
                averages.put(THRESHOLD + architecture.hiddenLayer(layer), new double[1]);
            }
        }
        begin(hyperparameters.seed());
    }

    private void begin(long seed) {
        drawWeights(seed);
        for (int layer = 0; layer < architecture.hiddenLayers(); layer++) {
            if (kinds.activation(layer).shape() == ActivationKind.Shape.JUMPRELU) {
                Arrays.fill(parameter(Hyperparameters.theta(layer)), INITIAL_THRESHOLD);
            }
        }
        if (kinds.scale().isGiven()) {
            InputStatistics.begin(parameter(InputScale.OFFSET), parameter(InputScale.FACTOR));
        }
        if (kinds.isDictionary(architecture)) {
            Dictionary.begin(architecture.hiddenUnits(0), parameter("w_e_1"), parameter("w_d_1"));
        }
    }

    private void drawWeights(long seed) {
        Random random = new Random(seed);
        for (Tensor tensor : tensors) {
            if (tensor.isWeight()) {
                float[] value = parameter(tensor.name());
                for (int i = 0; i < value.length; i++) {
                    value[i] = (float) random.nextGaussian() * INITIAL_STANDARD_DEVIATION;
                }
            }
        }
    }

    /** From now on the arrays of the measures are part of the state. */
    void add(LiveMeasures measures) {
        values.putAll(measures.values());
        averages.putAll(measures.averages());
    }

    /** From now on the arrays of the errors are part of the state. */
    void add(ErrorDistribution errors) {
        averages.putAll(errors.arrays());
    }

    /** From now on what the inputs are like is part of the state. */
    void add(InputStatistics inputs) {
        averages.putAll(inputs.arrays());
    }

    /** Goes back to the state before the first image. */
    void reset(long seed) {
        values.values().forEach(value -> Arrays.fill(value, 0));
        averages.values().forEach(average -> Arrays.fill(average, 0));
        begin(seed);
        restoreCounts(0, 0);
    }

    /** Name and shape of the parameters, without the moments. */
    public List<Tensor> tensors() {
        return tensors;
    }

    /** The live parameter of that name, one of {@link #tensors}; null if there is none. */
    public float[] parameter(String name) {
        return values.get(name);
    }

    /** Fills the arrays of other names with 0. */
    public void clearAllBut(Set<String> names) {
        values.forEach((name, value) -> {
            if (!names.contains(name)) {
                Arrays.fill(value, 0);
            }
        });
        averages.forEach((name, value) -> {
            if (!names.contains(name)) {
                Arrays.fill(value, 0);
            }
        });
    }

    /** The live parameters by name, without the moments. */
    public Map<String, float[]> parameters() {
        Map<String, float[]> parameters = new LinkedHashMap<>();
        tensors.forEach(tensor -> parameters.put(tensor.name(), parameter(tensor.name())));
        return parameters;
    }

    /**
     * Takes over other parameters, by name, such as those that several replicas have found together. Adam's moments,
     * counts and running averages stay.
     */
    public void setParameters(Map<String, float[]> others) {
        for (Tensor tensor : tensors) {
            System.arraycopy(others.get(tensor.name()), 0, parameter(tensor.name()), 0, tensor.size());
        }
        for (int layer = 0; layer < architecture.hiddenLayers(); layer++) {
            double[] threshold = threshold(architecture.hiddenLayer(layer));
            if (threshold.length > 0) { // whose average goes on from what the others have found
                threshold[0] = parameter(Hyperparameters.theta(layer))[0];
            }
        }
        squaredWeights = Double.NaN;
    }

    /** Becomes, array by array, what another state of the same architecture is; arrays that it does not have are cleared. */
    public void copyFrom(LearningState other) {
        values.forEach((name, value) -> {
            float[] from = other.values.get(name);
            if (from == null) {
                Arrays.fill(value, 0);
            } else {
                System.arraycopy(from, 0, value, 0, value.length);
            }
        });
        averages.forEach((name, average) -> {
            double[] from = other.averages.get(name);
            if (from == null) {
                Arrays.fill(average, 0);
            } else {
                System.arraycopy(from, 0, average, 0, average.length);
            }
        });
        restoreCounts(other.step, other.images);
    }

    float[] firstMoment(Tensor tensor) {
        return values.get("m." + tensor.name());
    }

    float[] secondMoment(Tensor tensor) {
        return values.get("v." + tensor.name());
    }

    double[] average(String window, String layer) {
        return averages.get(window + "." + layer);
    }

    /** The exact average [1] whose float32 is a batchtopk layer's threshold; empty in other layers. */
    double[] threshold(String layer) {
        return averages.getOrDefault(THRESHOLD + layer, NONE);
    }

    /** Steps since each unit of a hidden layer was last active in training; empty where units cannot be silent. */
    double[] silent(String layer) {
        return averages.getOrDefault(SILENT + layer, NONE);
    }

    /** Units of a hidden layer that were revived so far [1]; empty where units cannot be silent. */
    double[] revived(String layer) {
        return averages.getOrDefault(REVIVED + layer, NONE);
    }

    /** Units that were silent for long and have begun anew, so far, in all layers. */
    public long unitsRevived() {
        double sum = 0;
        for (int layer = 0; layer < architecture.hiddenLayers(); layer++) {
            for (double revived : revived(architecture.hiddenLayer(layer))) {
                sum += revived;
            }
        }
        return (long) sum;
    }

    /**
     * Every float32 array by name: the parameters, then {@code m.} and {@code v.} of each; {@code probe.} of a model that is
     * measured. Live.
     */
    public Map<String, float[]> values() {
        return Collections.unmodifiableMap(values);
    }

    /**
     * Every float64 array by name: {@code all.} and {@code recent.} averages of each hidden layer; where its units can be
     * silent {@code silent.} and {@code revived.}; the exact {@code threshold.} of a batchtopk layer; {@code errors.} of all images;
     * {@code inputs.} where these are scaled; {@code measured.} and {@code probe.} of a model that is measured. Live.
     */
    public Map<String, double[]> averages() {
        return Collections.unmodifiableMap(averages);
    }

    /** Those of {@link #averages} that say how large errors were; empty while that is not known. Live. */
    public Map<String, double[]> errors() {
        Map<String, double[]> errors = errorArrays();
        boolean known = errors.values().stream().flatMapToDouble(Arrays::stream).anyMatch(value -> value != 0);
        return known ? errors : Map.of();
    }

    /**
     * Takes over {@link #errors} of another state.
     *
     * @throws IllegalArgumentException if they are arrays of other names or lengths
     */
    public void setErrors(Map<String, double[]> others) {
        ErrorDistribution.copy(others, errorArrays());
    }

    private Map<String, double[]> errorArrays() {
        Map<String, double[]> errors = new LinkedHashMap<>(averages);
        errors.keySet().removeIf(name -> !name.startsWith(ERRORS));
        return errors;
    }

    /** Updates made so far. */
    public long step() {
        return step;
    }

    /** Images trained so far. */
    public long images() {
        return images;
    }

    /** Sets the counts that belong to the arrays, on restoring them. */
    public void restoreCounts(long restoredStep, long restoredImages) {
        step = restoredStep;
        images = restoredImages;
        squaredWeights = Double.NaN;
    }

    /**
     * Σ w² over the weight matrices: what the last step found, where nothing has been restored since. The bits are the
     * same either way.
     */
    double squaredWeights() {
        if (!Double.isNaN(squaredWeights)) {
            return squaredWeights;
        }
        return SquareSum.ofWeights(tensors, values);
    }

    /** @param newSquaredWeights Σ w² over the weight matrices after the step */
    void count(int trainedImages, double newSquaredWeights) {
        step++;
        images += trainedImages;
        squaredWeights = newSquaredWeights;
    }
}
