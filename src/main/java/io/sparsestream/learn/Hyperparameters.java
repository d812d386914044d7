package io.sparsestream.learn;

import java.util.Map;
import java.util.TreeMap;

/**
 * What a person chooses about learning. The defaults are the reference experiment's.
 *
 * @param batch images of a mini-batch
 * @param learningRate Adam's step size
 * @param beta1 decay of Adam's first moment
 * @param beta2 decay of Adam's second moment
 * @param epsilon Adam's guard against division by zero
 * @param alpha weight of the L2 term
 * @param beta weight of the KL sparsity term
 * @param rho the mean activation that the sparsity term pulls every hidden unit towards
 * @param seed of the initial weights
 * @param averagingWindow images over which the recent average activation looks back
 */
public record Hyperparameters(
        int batch,
        double learningRate,
        double beta1,
        double beta2,
        double epsilon,
        double alpha,
        double beta,
        double rho,
        long seed,
        int averagingWindow) {

    /** Any will do for {@code sparse}; {@code plain} depends on it, and this is one of its good ones (see the README). */
    private static final long SEED = 4;

    /** No regularization. */
    public static final Hyperparameters PLAIN =
            new Hyperparameters(60, 0.01, 0.9, 0.999, 1e-8, 0, 0, 0.02, SEED, 10_000);

    /** L2 and KL sparsity: the default. */
    public static final Hyperparameters SPARSE =
            new Hyperparameters(60, 0.01, 0.9, 0.999, 1e-8, 5e-6, 7.5e-5, 0.02, SEED, 10_000);

    private static final Map<String, Hyperparameters> PRESETS = new TreeMap<>(Map.of("plain", PLAIN, "sparse", SPARSE));

    /** @throws IllegalArgumentException naming the first value that cannot be learned with */
    public Hyperparameters {
        require(batch >= 1, "batch", "at least 1", batch);
        require(learningRate > 0 && Double.isFinite(learningRate), "learning-rate", "a positive number", learningRate);
        require(beta1 >= 0 && beta1 < 1, "beta1", "at least 0 and below 1", beta1);
        require(beta2 >= 0 && beta2 < 1, "beta2", "at least 0 and below 1", beta2);
        require(epsilon > 0 && Double.isFinite(epsilon), "epsilon", "a positive number", epsilon);
        require(alpha >= 0 && Double.isFinite(alpha), "alpha", "zero or a positive number", alpha);
        require(beta >= 0 && Double.isFinite(beta), "beta", "zero or a positive number", beta);
        require(rho > 0 && rho < 1, "rho", "between 0 and 1, both excluded", rho);
        require(averagingWindow >= batch, "averaging-window", "at least one mini-batch", averagingWindow);
    }

    private static void require(boolean holds, String name, String expected, Number found) {
        if (!holds) {
            throw new IllegalArgumentException(name + " must be " + expected + ", not " + found);
        }
    }

    /**
     * The preset of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Hyperparameters preset(String name) {
        Hyperparameters preset = PRESETS.get(name);
        if (preset == null) {
            throw new IllegalArgumentException("unknown preset '" + name + "': choose from " + PRESETS.keySet());
        }
        return preset;
    }

    /** The preset of that name, or another if there is none. */
    public static Hyperparameters presetOr(String name, Hyperparameters other) {
        return PRESETS.getOrDefault(name, other);
    }

    /** The same with another seed. */
    public Hyperparameters withSeed(long newSeed) {
        return new Hyperparameters(
                batch, learningRate, beta1, beta2, epsilon, alpha, beta, rho, newSeed, averagingWindow);
    }
}
