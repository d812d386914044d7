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
    /** Where MNIST is: scripts/sparsestream says it, for whatever directory it is called from. */
    static final String MNIST = "${sys:sparsestream.data:-data/mnist}";

    private static final int FEWEST = 10; // of which a tenth can be held back

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = MNIST,
            description = "Directory with the IDX files (default: ${DEFAULT-VALUE}).")
    private Path directory;

    public Dataset read(Split split) throws IOException {
        return Dataset.read(directory, split);
    }

    /** @throws CommandException unless the images have labels, and those of the training split are enough for a probe */
    public Dataset readForProbe(Split split) throws IOException {
        Dataset dataset = read(split);
        String name = dataset.name() + "/" + split;
        if (!dataset.isLabelled()) {
            throw new CommandException(
                    "the images of " + name + " have no labels, which a probe is to find: give other --data");
        }
        if (split == Split.TRAIN && dataset.size() < FEWEST) {
            throw new CommandException(
                    name + " has " + dataset.size() + " images, and a probe needs " + FEWEST + ": give other --data");
        }
        return dataset;
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
