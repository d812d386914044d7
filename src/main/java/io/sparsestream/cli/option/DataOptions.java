package io.sparsestream.cli.option;

import io.sparsestream.cli.terminal.CommandException;
import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.Architecture;
import io.sparsestream.message.PublishedModel;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which dataset. */
@About(Section.IMAGES)
public final class DataOptions {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "data/mnist",
            description = "Directory with the IDX files (default: ${DEFAULT-VALUE}).")
    private Path directory;

    public Dataset read(Split split) throws IOException {
        return Dataset.read(directory, split);
    }

    /** @throws CommandException unless the dataset's images are as large as the input */
    public static void checkFits(Dataset dataset, Architecture architecture) {
        if (dataset.rows() * dataset.columns() != architecture.inputs()) {
            throw new CommandException("images of " + dataset.shape() + " do not fit an input of "
                    + architecture.inputs() + ": set --layers");
        }
    }

    /** @throws CommandException unless the model takes the dataset's images */
    public static void checkFits(Dataset dataset, String model, PublishedModel published) {
        if (dataset.rows() * dataset.columns() != published.architecture().inputs()) {
            throw new CommandException("images of " + dataset.shape() + " do not fit model " + model + ", which has "
                    + published.architecture().inputs() + " inputs: give other --data");
        }
    }
}
