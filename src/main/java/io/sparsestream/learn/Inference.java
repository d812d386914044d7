package io.sparsestream.learn;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model that does not learn: it reconstructs by parameters that are somebody else's, and has no array as large but what the
 * engine copies. For the same parameters the result is bit for bit that of the {@link Learner}.
 */
public final class Inference implements Reconstructor {
    private final Architecture architecture;
    private final Hyperparameters hyperparameters;
    private final List<Tensor> tensors;
    private final Map<String, float[]> parameters = new HashMap<>();
    private final Network network;
    private final ErrorDistribution errors;
    private final Optional<Scaling> scaling; // where inputs are scaled

    /** @param parameters as {@link #use} takes them */
    public Inference(
            Architecture architecture,
            Hyperparameters hyperparameters,
            Map<String, float[]> parameters,
            MatrixProduct product) {
        hyperparameters.checkFits(architecture);
        this.architecture = architecture;
        this.hyperparameters = hyperparameters;
        tensors = hyperparameters.tensors(architecture);
        use(parameters);
        network = new Network(architecture, hyperparameters, this.parameters, product);
        errors = new ErrorDistribution(hyperparameters.batch());
        scaling = hyperparameters.scale().isGiven()
                ? Optional.of(
                        new Scaling(new InputStatistics(hyperparameters.scale().shape(), this.parameters), newBatch()))
                : Optional.empty();
    }

    /**
     * Goes on with other parameters.
     *
     * @param others by name, as {@link Hyperparameters#tensors} has them; these very arrays are read by each
     *     {@link #reconstruct}
     */
    public void use(Map<String, float[]> others) {
        tensors.forEach(tensor -> parameters.put(tensor.name(), others.get(tensor.name())));
    }

    /**
     * Takes over {@link LearningState#errors}, by which images are judged.
     *
     * @throws IllegalArgumentException if they are arrays of other names or lengths
     */
    public void setErrors(Map<String, double[]> others) {
        ErrorDistribution.copy(others, errors.arrays());
    }

    @Override
    public Architecture architecture() {
        return architecture;
    }

    @Override
    public Hyperparameters hyperparameters() {
        return hyperparameters;
    }

    @Override
    public ForwardPass reconstruct(MiniBatch batch) {
        return scaling.isPresent()
                ? scaling.get().unscaled(network.forward(scaling.get().scaled(batch), errors))
                : network.forward(batch, errors);
    }

    @Override
    public double squaredWeights() {
        return SquareSum.ofWeights(tensors, parameters);
    }
}
