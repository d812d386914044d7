package io.sparsestream.cli;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which dataset. */
final class DataOptions {
    @Option(
            names = "--data",
            defaultValue = "data/mnist",
            description = "Directory with the IDX files (default: ${DEFAULT-VALUE}).")
    private Path directory;

    Dataset read(Split split) throws IOException {
        return Dataset.read(directory, split);
    }
}
