package io.sparsestream.scaling;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** For {@code scripts/scaling}. */
@Command(
        name = "scaling",
        description = "How training scales over partitions: measures it here, or predicts it for a cluster.",
        subcommands = {MeasureCommand.class, PredictCommand.class},
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true)
final class ScalingCommand {
    /** Entry point. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new ScalingCommand()).execute(args));
    }
}
