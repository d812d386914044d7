package io.sparsestream.cli.option;

import io.sparsestream.learn.Architecture;
import io.sparsestream.stream.keyed.ModelKey;
import io.sparsestream.stream.keyed.PerKey;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Whether there is a model for each key, and how many. */
@About(Section.KEYS)
public final class PerKeyOptions {
    /** Of each of many models, unless told otherwise. */
    public static final Architecture LAYERS = Architecture.of(784, 64, 16, 64, 784);

    @Option(
            names = "--model-per-key",
            paramLabel = "header:NAME|key",
            description = "Trains a model for each value of a record header, or for each record key; its layers are"
                    + " 784-64-16-64-784 unless --layers says otherwise. Each partition has models of its own"
                    + " (default: one model for all images).")
    private Optional<String> modelPerKey = Optional.empty();

    @Option(
            names = "--max-models-in-memory",
            defaultValue = "64",
            paramLabel = "N",
            description =
                    "Models of a partition in memory, 2.5 MB each; the others stay in the store (default: ${DEFAULT-VALUE}).")
    private int inMemory;

    @Option(
            names = "--max-keys",
            defaultValue = "1000",
            paramLabel = "N",
            description =
                    "Models of a partition in all, 1.2 MB each in the store; images of further keys are dead letters"
                            + " (default: ${DEFAULT-VALUE}).")
    private long maxKeys;

    public boolean isGiven() {
        return modelPerKey.isPresent();
    }

    /** @throws IllegalArgumentException naming the first value that cannot be used */
    public PerKey perKey() {
        return new PerKey(ModelKey.of(modelPerKey.orElseThrow()), inMemory, maxKeys);
    }
}
