package io.sparsestream.cli.option;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.replay.Change;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** How a replay changes in mid-run. */
public final class ChangeOptions {
    @Option(names = "--change-at", paramLabel = "N", description = "After how many images the stream changes.")
    private Long at;

    @Option(names = "--hold-back", paramLabel = "LABEL", description = "A label that comes only after the change.")
    private Integer heldBack;

    @Option(
            names = "--then",
            paramLabel = "DIR",
            description = "Another dataset's directory, whose images come after the change instead.")
    private Path then;

    @Option(
            names = "--noise",
            defaultValue = "0",
            description = "Noise after the change: its standard deviation, 1 being from black to white"
                    + " (default: ${DEFAULT-VALUE}).")
    private double noise;

    @Option(
            names = "--contrast",
            defaultValue = "1",
            description = "Contrast after the change, 1 being that of before (default: ${DEFAULT-VALUE}).")
    private double contrast;

    /** @throws IllegalArgumentException if there is a change without its place, or the other way round */
    public Change read(Split split) throws IOException {
        boolean changes = heldBack != null || then != null || noise != 0 || contrast != 1;
        if (at == null && changes) {
            throw new IllegalArgumentException("--hold-back, --then, --noise and --contrast need --change-at");
        }
        if (at == null) {
            return Change.NONE;
        }
        if (!changes) {
            throw new IllegalArgumentException("--change-at needs --hold-back, --then, --noise or --contrast");
        }
        return new Change(at, heldBack, then == null ? null : Dataset.read(then, split), noise, contrast);
    }
}
