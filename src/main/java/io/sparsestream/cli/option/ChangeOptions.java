package io.sparsestream.cli.option;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.replay.Change;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How a replay changes in mid-run. */
@About(Section.CHANGE)
public final class ChangeOptions {
    @Option(
            names = "--change-at",
            paramLabel = "N",
            description = "Number of images after which the stream changes (default: never).")
    private Optional<Long> at = Optional.empty();

    @Option(
            names = "--hold-back",
            paramLabel = "LABEL",
            description = "A label whose images come only after the change (default: none).")
    private Optional<Integer> heldBack = Optional.empty();

    @Option(
            names = "--then",
            paramLabel = "DIR",
            description =
                    "Another dataset's directory, whose images come after the change (default: the same dataset).")
    private Optional<Path> then = Optional.empty();

    @Option(
            names = "--noise",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Standard deviation of the noise after the change; 1 is from black to white (default: ${DEFAULT-VALUE}).")
    private double noise;

    @Option(
            names = "--contrast",
            paramLabel = "N",
            defaultValue = "1",
            description = "Contrast after the change; 1 is the contrast before it (default: ${DEFAULT-VALUE}).")
    private double contrast;

    /** @throws IllegalArgumentException if there is a change without its place, or the other way round */
    public Change read(Split split) throws IOException {
        boolean changes = heldBack.isPresent() || then.isPresent() || noise != 0 || contrast != 1;
        if (at.isEmpty() && changes) {
            throw new IllegalArgumentException("--hold-back, --then, --noise and --contrast need --change-at");
        }
        if (at.isEmpty()) {
            return Change.NONE;
        }
        if (!changes) {
            throw new IllegalArgumentException("--change-at needs --hold-back, --then, --noise or --contrast");
        }
        Dataset other = then.isPresent() ? Dataset.read(then.get(), split) : null;
        return new Change(at.get(), heldBack.orElse(null), other, noise, contrast);
    }
}
