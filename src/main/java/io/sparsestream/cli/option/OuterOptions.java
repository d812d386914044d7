package io.sparsestream.cli.option;

import io.sparsestream.learn.DeltaEncoding;
import io.sparsestream.learn.OuterOptimizer;
import picocli.CommandLine.Option;

/** How the changes of several replicas become one. The values are checked by the learning. */
@About(Section.REPLICAS)
public final class OuterOptions {
    @Option(
            names = "--outer-learning-rate",
            defaultValue = "" + OuterOptimizer.LEARNING_RATE,
            paramLabel = "RATE",
            description = "Step size for the replicas' averaged change (default: ${DEFAULT-VALUE}).")
    private double learningRate;

    @Option(
            names = "--outer-momentum",
            defaultValue = "" + OuterOptimizer.MOMENTUM,
            paramLabel = "MU",
            description = "Nesterov momentum of the averaged changes; 0 for none (default: ${DEFAULT-VALUE}).")
    private double momentum;

    @Option(
            names = "--update-encoding",
            defaultValue = "float32",
            paramLabel = "float32|float16|int8",
            description = "How a replica's change is sent (default: ${DEFAULT-VALUE}).")
    private DeltaEncoding encoding;

    public double learningRate() {
        return learningRate;
    }

    public double momentum() {
        return momentum;
    }

    public DeltaEncoding encoding() {
        return encoding;
    }
}
