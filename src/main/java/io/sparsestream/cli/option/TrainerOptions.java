package io.sparsestream.cli.option;

import io.sparsestream.message.InputFormat;
import io.sparsestream.message.ReconstructionFormat;
import io.sparsestream.stream.Keep;
import io.sparsestream.stream.OnGap;
import io.sparsestream.stream.TaskSettings;
import io.sparsestream.stream.rounds.Sync;
import io.sparsestream.topic.Topics;
import io.sparsestream.trainer.TrainerSettings;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a trainer runs, apart from the mathematics. */
@About(Section.CHECKPOINTS)
public final class TrainerOptions {
    @Option(
            names = "--checkpoint-interval",
            defaultValue = "5",
            paramLabel = "SECONDS",
            description = "Seconds between two checkpoints, more for large models (default: ${DEFAULT-VALUE}).")
    private double checkpointInterval;

    @Option(
            names = "--keep-checkpoints",
            defaultValue = "5",
            paramLabel = "K",
            description =
                    "Number of newest checkpoints that are kept to roll back to, 6 MB each (default: ${DEFAULT-VALUE}).")
    private int keepLast;

    @Option(
            names = "--keep-every",
            defaultValue = "0",
            paramLabel = "M",
            description = "Keeps every Mth checkpoint for good; 0 for none (default: ${DEFAULT-VALUE}).")
    private int keepEvery;

    @Option(
            names = "--max-batch-wait",
            defaultValue = "1",
            paramLabel = "SECONDS",
            description = "How long an image may wait for its mini-batch to fill; then it is reconstructed before the"
                    + " mini-batch is trained on (default: ${DEFAULT-VALUE}).")
    private double maxBatchWait;

    @Option(
            names = "--format",
            defaultValue = "same",
            paramLabel = "same|uint8|float32|json",
            description = "Format of the reconstructions; same is uint8 of records that came as such, else float32"
                    + " (default: ${DEFAULT-VALUE}).")
    private ReconstructionFormat format;

    @Mixin
    private AlertOption alert;

    @About(Section.REPLICAS)
    @Option(
            names = "--sync-every",
            defaultValue = "" + Sync.EVERY,
            paramLabel = "K",
            description = "Steps after which each replica sends what it has changed (default: ${DEFAULT-VALUE}).")
    private int syncEvery;

    @About(Section.REPLICAS)
    @Option(
            names = "--round-timeout",
            defaultValue = "" + Sync.TIMEOUT_SECONDS,
            paramLabel = "SECONDS",
            description =
                    "How long a round waits for replicas; with 0 it waits for all of them, for ever (default: ${DEFAULT-VALUE}).")
    private double roundTimeout;

    @Mixin
    private OuterOptions outer;

    @Option(
            names = "--on-gap",
            defaultValue = "fail",
            paramLabel = "fail|continue",
            description =
                    "If retention has deleted images before they were trained on: fail with an error, or continue and"
                            + " count them (default: ${DEFAULT-VALUE}).")
    private OnGap onGap;

    /**
     * What a trainer is made of.
     *
     * @param input what the records of the images topic are
     * @throws IllegalArgumentException on a negative duration
     */
    public TrainerSettings settings(
            Map<String, Object> kafka, Path stateDirectory, String model, String images, InputFormat input) {
        return new TrainerSettings(
                kafka,
                stateDirectory,
                new Sync(
                        syncEvery,
                        Seconds.of("--round-timeout", roundTimeout),
                        outer.learningRate(),
                        outer.momentum(),
                        outer.encoding()),
                new TaskSettings(
                        new Topics(model),
                        images,
                        Seconds.of("--checkpoint-interval", checkpointInterval),
                        new Keep(keepLast, keepEvery),
                        Seconds.of("--max-batch-wait", maxBatchWait),
                        input,
                        format,
                        alert.above(),
                        onGap));
    }
}
