package io.sparsestream.cli;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Hyperparameters;
import java.util.Arrays;
import picocli.CommandLine.Option;

/** What a person chooses about learning; what is not given is the preset's. */
final class HyperparameterOptions {
    @Option(names = "--batch", description = "Images of a mini-batch.")
    private Integer batch;

    @Option(names = "--learning-rate", description = "Adam's step size.")
    private Double learningRate;

    @Option(names = "--beta1", description = "Decay of Adam's first moment.")
    private Double beta1;

    @Option(names = "--beta2", description = "Decay of Adam's second moment.")
    private Double beta2;

    @Option(names = "--epsilon", description = "Adam's guard against division by zero.")
    private Double epsilon;

    @Option(names = "--alpha", description = "Weight of the L2 term.")
    private Double alpha;

    @Option(names = "--beta", description = "Weight of the KL sparsity term.")
    private Double beta;

    @Option(names = "--rho", description = "Target mean activation of the hidden units.")
    private Double rho;

    @Option(names = "--seed", description = "Seed of the initial weights and, in the demo, of the order of images.")
    private Long seed;

    @Option(names = "--averaging-window", description = "Images over which the recent average looks back.")
    private Integer averagingWindow;

    @Option(
            names = "--layers",
            defaultValue = "784-300-30-300-784",
            description = "Layer sizes (default: ${DEFAULT-VALUE}).")
    private String layers;

    /** @throws IllegalArgumentException naming the first value that cannot be learned with */
    Hyperparameters over(Hyperparameters preset) {
        return new Hyperparameters(
                or(batch, preset.batch()),
                or(learningRate, preset.learningRate()),
                or(beta1, preset.beta1()),
                or(beta2, preset.beta2()),
                or(epsilon, preset.epsilon()),
                or(alpha, preset.alpha()),
                or(beta, preset.beta()),
                or(rho, preset.rho()),
                or(seed, preset.seed()),
                or(averagingWindow, preset.averagingWindow()));
    }

    /** @throws IllegalArgumentException if these are no layers of an autoencoder */
    Architecture architecture() {
        try {
            return new Architecture(
                    Arrays.stream(layers.split("-", -1)).map(Integer::valueOf).toList());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--layers must be like 784-300-30-300-784, not '" + layers + "'", e);
        }
    }

    private static <T> T or(T given, T preset) {
        return given == null ? preset : given;
    }
}
