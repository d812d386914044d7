package io.sparsestream.cli.option;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Hyperparameters;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine.Option;

/** What a person chooses about learning; what is not given is the preset's. The values are checked by the learning. */
@About(Section.LEARNING)
public final class HyperparameterOptions {
    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "Images of a mini-batch (default: 60; preset vectors: 8).")
    private String batch;

    @Option(
            names = "--learning-rate",
            paramLabel = "RATE",
            description = "Adam's step size, at first (default: 0.01; preset sharp: 0.015;"
                    + " preset selective: 0.003; preset dictionary: 0.0009; preset vectors: 0.001).")
    private String learningRate;

    @Option(
            names = "--schedule",
            paramLabel = "constant|cosine|step",
            description = "How the learning rate changes with the steps (default: constant; preset sharp: cosine;"
                    + " preset selective: cosine; preset dictionary: cosine).")
    private String schedule;

    @Option(
            names = "--schedule-steps",
            paramLabel = "N",
            description = "Length of the schedule, after which the rate stays as it is (default: 20000).")
    private String scheduleSteps;

    @Option(
            names = "--schedule-factor",
            paramLabel = "F",
            description = "cosine ends at F times the first rate (default: 0.01);"
                    + " step multiplies by F at half and at three quarters of the length (default: 0.1).")
    private String scheduleFactor;

    @Option(names = "--beta1", paramLabel = "DECAY", description = "Decay of Adam's first moment (default: 0.9).")
    private String beta1;

    @Option(
            names = "--beta2",
            paramLabel = "DECAY",
            description = "Decay of Adam's second moment (default: 0.999; preset sharp: 0.99; preset selective: 0.95).")
    private String beta2;

    @Option(
            names = "--epsilon",
            paramLabel = "EPSILON",
            description = "Adam's guard against division by zero (default: 1e-8).")
    private String epsilon;

    @Option(
            names = "--alpha",
            paramLabel = "WEIGHT",
            description = "Weight of the L2 term (default: 5e-6; preset plain: 0; preset sharp: 0; preset selective: 0;"
                    + " preset dictionary: 0; preset vectors: 0).")
    private String alpha;

    @Option(
            names = "--beta",
            paramLabel = "WEIGHT[/WEIGHT...]",
            description =
                    "Weight of the KL sparsity term: one for all hidden layers, or one for each, like 7.5e-4/4e-2"
                            + " (default: 7.5e-5; preset plain: 0; preset sharp: 7.5e-4/4e-2; preset selective: 0; preset dictionary: 0; preset vectors: 0).")
    private String beta;

    @Option(
            names = "--rho",
            paramLabel = "MEAN",
            description = "Target mean activation of the hidden units (default: 0.02).")
    private String rho;

    @Option(
            names = "--activation",
            paramLabel = "KIND[/KIND...]",
            description =
                    "What the encoder's layers do: sigmoid, relu, topk:K, batchtopk:K or jumprelu; one for all, or one"
                            + " for each, like topk:30/topk:8 (default: sigmoid; preset selective: batchtopk:29/batchtopk:8;"
                            + " preset dictionary: batchtopk:24).")
    private String activation;

    @Option(
            names = "--output",
            paramLabel = "sigmoid|linear",
            description =
                    "What the last layer does (default: sigmoid; preset dictionary: linear; preset vectors: linear).")
    private String output;

    @Option(
            names = "--lambda",
            paramLabel = "WEIGHT",
            description = "Weight of the mean number of active units of each jumprelu layer (default: 0).")
    private String lambda;

    @Option(
            names = "--scale",
            paramLabel = "none|minmax|standard",
            description =
                    "What is made of each input before it is learned from, by the records before it: nothing, 0 and 1 for"
                            + " the least and the greatest, or standard deviations from the mean (default: none; preset vectors:"
                            + " standard).")
    private String scale;

    @Option(
            names = "--scale-after",
            paramLabel = "N",
            description = "Records that are only counted before the first step, where inputs are scaled (default: 8).")
    private String scaleAfter;

    @Option(
            names = "--robust",
            arity = "0..1",
            fallbackValue = "true",
            paramLabel = "true|false",
            description =
                    "Learns with less weight from records that look abnormal, so that the model does not come to expect"
                            + " them (default: false; preset vectors: true).")
    private String robust;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Seed of the initial weights and, in the demo, of the order of images (default: 4).")
    private String seed;

    @Option(
            names = "--averaging-window",
            paramLabel = "N",
            description = "Images over which the recent average activation looks back (default: 10000).")
    private String averagingWindow;

    @Option(
            names = "--layers",
            paramLabel = "N-N-...-N",
            description =
                    "Layer sizes (default: 784-300-30-300-784; preset dictionary: 784-1000-784; preset vectors: 784-12-784).")
    private String layers;

    /** @throws IllegalArgumentException naming the first value that cannot be learned with */
    public Hyperparameters over(Hyperparameters preset) {
        return over(preset, Architecture.DEFAULT);
    }

    /**
     * The same where the layers are others unless given.
     *
     * @throws IllegalArgumentException naming the first value that cannot be learned with
     */
    public Hyperparameters over(Hyperparameters preset, Architecture otherwise) {
        Hyperparameters chosen = preset.with(given());
        checkFits(chosen, architecture(otherwise));
        return chosen;
    }

    /** @throws IllegalArgumentException unless there is one beta, or one for each hidden layer */
    public void checkFits(Hyperparameters chosen, Architecture architecture) {
        try {
            chosen.checkFits(architecture);
        } catch (IllegalArgumentException e) {
            if (beta != null || layers == null) {
                throw e;
            }
            // A preset's beta is nobody's mistake.
            throw new IllegalArgumentException(
                    "the preset is for " + chosen.beta().size() + " hidden layers, each with a beta of its own, but"
                            + " --layers " + layers + " has " + architecture.hiddenLayers()
                            + ": give --beta as well, or choose another preset",
                    e);
        }
    }

    /** What was given, by name, as it was written. */
    public Map<String, String> given() {
        Map<String, String> given = new HashMap<>();
        given.put("batch", batch);
        given.put("learning-rate", learningRate);
        given.put("schedule", schedule);
        given.put("schedule-steps", scheduleSteps);
        given.put("schedule-factor", scheduleFactor);
        given.put("beta1", beta1);
        given.put("beta2", beta2);
        given.put("epsilon", epsilon);
        given.put("alpha", alpha);
        given.put("beta", beta);
        given.put("rho", rho);
        given.put("seed", seed);
        given.put("averaging-window", averagingWindow);
        given.put("activation", activation);
        given.put("output", output);
        given.put("lambda", lambda);
        given.put("scale", scale);
        given.put("scale-after", scaleAfter);
        given.put("robust", robust);
        given.values().removeIf(Objects::isNull);
        return given;
    }

    /** Whether the layers were given. */
    public boolean hasLayers() {
        return layers != null;
    }

    /** @throws IllegalArgumentException if these are no layers of an autoencoder */
    public Architecture architecture() {
        return architecture(Architecture.DEFAULT);
    }

    /** @throws IllegalArgumentException if these are no layers of an autoencoder */
    public Architecture architecture(Architecture otherwise) {
        if (layers == null) {
            return otherwise;
        }
        try {
            return new Architecture(
                    Arrays.stream(layers.split("-", -1)).map(Integer::valueOf).toList());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--layers must be like 784-300-30-300-784, not '" + layers + "'", e);
        }
    }
}
