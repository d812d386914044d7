package io.sparsestream.cli.option;

import io.sparsestream.message.PixelFormat;
import io.sparsestream.stream.Keep;
import io.sparsestream.stream.OnGap;
import io.sparsestream.stream.rounds.Sync;
import io.sparsestream.trainer.TrainerSettings;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a trainer runs, apart from the mathematics. */
public final class TrainerOptions {
    @Option(
            names = "--checkpoint-interval",
            defaultValue = "5",
            paramLabel = "SECONDS",
            description = "Time between two checkpoints, in seconds (default: ${DEFAULT-VALUE}).")
    private double checkpointInterval;

    @Option(
            names = "--keep-checkpoints",
            defaultValue = "5",
            paramLabel = "K",
            description = "Newest checkpoints that are kept to roll back to, 6 MB each (default: ${DEFAULT-VALUE}).")
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
            description = "How long an image may wait for its mini-batch to fill before it is reconstructed"
                    + " without it (default: ${DEFAULT-VALUE}).")
    private double maxBatchWait;

    @Option(
            names = "--format",
            defaultValue = "uint8",
            paramLabel = "uint8|float32",
            description = "Pixels of the reconstructions (default: ${DEFAULT-VALUE}).")
    private PixelFormat format;

    @Option(
            names = "--sync-every",
            defaultValue = "" + Sync.EVERY,
            paramLabel = "K",
            description = "With several partitions: steps after which each replica sends what it has changed"
                    + " (default: ${DEFAULT-VALUE}).")
    private int syncEvery;

    @Option(
            names = "--round-timeout",
            defaultValue = "" + Sync.TIMEOUT_SECONDS,
            paramLabel = "SECONDS",
            description = "With several partitions: how long a round waits for replicas; 0: for all of them, for ever"
                    + " (default: ${DEFAULT-VALUE}).")
    private double roundTimeout;

    @Mixin
    private OuterOptions outer;

    @Option(
            names = "--on-gap",
            defaultValue = "fail",
            paramLabel = "fail|continue",
            description = "Where retention has deleted images that have not been trained on: stop with an error,"
                    + " or go on and count them (default: ${DEFAULT-VALUE}).")
    private OnGap onGap;

    /** @throws IllegalArgumentException on a negative duration */
    public TrainerSettings settings(Map<String, Object> kafka, Path stateDirectory, String model, String images) {
        return new TrainerSettings(
                kafka,
                stateDirectory,
                model,
                images,
                new Sync(
                        syncEvery,
                        Seconds.of("--round-timeout", roundTimeout),
                        outer.learningRate(),
                        outer.momentum(),
                        outer.encoding()),
                Seconds.of("--checkpoint-interval", checkpointInterval),
                new Keep(keepLast, keepEvery),
                Seconds.of("--max-batch-wait", maxBatchWait),
                format,
                onGap);
    }
}
