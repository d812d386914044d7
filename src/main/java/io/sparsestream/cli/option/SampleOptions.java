package io.sparsestream.cli.option;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.SampleFile;
import io.sparsestream.dataset.Samples;
import io.sparsestream.dataset.Split;
import io.sparsestream.registry.SchemaRegistry;
import io.sparsestream.replay.AvroRecord;
import io.sparsestream.replay.RecordFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which records are sent, from files of any kind, and as what. */
@About(Section.RECORDS)
public final class SampleOptions {
    @Option(
            names = "--data",
            paramLabel = "PATH",
            defaultValue = DataOptions.MNIST,
            description = "A directory of IDX or PNG files (of a PNG file, the directory in it is the label), or a file"
                    + " that ends in .npy, .npz or .csv (default: ${DEFAULT-VALUE}).")
    private Path path;

    @Option(
            names = "--array",
            paramLabel = "NAME",
            description = "Array of an .npz file with a row for each record (default: the only one of two or more"
                    + " dimensions).")
    private Optional<String> array = Optional.empty();

    @Option(
            names = "--label-array",
            paramLabel = "NAME",
            description = "Array of an .npz file with the labels (default: the only one that has a single value for"
                    + " each record, if there is one).")
    private Optional<String> labelArray = Optional.empty();

    @Option(
            names = "--label-column",
            paramLabel = "NAME",
            description = "Column of a .csv file with the labels (default: none).")
    private Optional<String> labelColumn = Optional.empty();

    @Option(
            names = "--columns",
            split = ",",
            paramLabel = "NAME",
            description = "Columns of a .csv file that are sent (default: all but that of the labels).")
    private List<String> columns = List.of();

    @Option(
            names = "--format",
            paramLabel = "uint8|float32|json|object|csv|avro",
            description = "What the values of records are, as their header dtype then says; json is an array of"
                    + " numbers, object a JSON object with the names of columns, avro needs"
                    + " --schema-registry (default: uint8 of greys and bytes, else"
                    + " float32).")
    private Optional<RecordFormat> format = Optional.empty();

    @Option(
            names = "--schema-registry",
            paramLabel = "URL",
            description = "Where the schema of Avro records is registered, as subject TOPIC-value (default: none).")
    private Optional<String> registry = Optional.empty();

    @Option(
            names = "--order",
            paramLabel = "file|shuffled",
            description = "Order of the records in each epoch (default: file of .npy, .npz and .csv, else shuffled).")
    private Optional<Order> order = Optional.empty();

    private enum Order {
        FILE,
        SHUFFLED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether these are images as the other commands read them, sent as they are. */
    public boolean areImages() throws IOException {
        return (!Files.exists(path) || Dataset.isIn(path))
                && file().equals(SampleFile.of(path))
                && format.orElse(RecordFormat.UINT8) == RecordFormat.UINT8
                && registry.isEmpty()
                && isShuffled();
    }

    /** The split of such images. */
    public Dataset images(Split split) throws IOException {
        return Dataset.read(path, split);
    }

    /** @throws IllegalArgumentException if they cannot be sent in the format */
    public Samples read(Split split) throws IOException {
        Samples samples =
                Dataset.isIn(path) && file().equals(SampleFile.of(path)) ? Samples.of(images(split)) : file().read();
        format(samples).check(samples);
        if (registry.isPresent() != (format(samples) == RecordFormat.AVRO)) {
            throw new IllegalArgumentException(
                    "--format avro and --schema-registry URL go together: give both or neither");
        }
        return samples;
    }

    /**
     * Registers the schema of what is sent to a topic, if it has one.
     *
     * @return its id
     */
    public Optional<Integer> schemaId(Samples samples, String topic) {
        return registry.map(url -> SchemaRegistry.at(url).register(topic + "-value", AvroRecord.schema(samples)));
    }

    public RecordFormat format(Samples samples) {
        return format.orElseGet(() -> RecordFormat.of(samples));
    }

    public boolean isShuffled() {
        return order.map(Order.SHUFFLED::equals).orElse(Files.isDirectory(path) || !Files.exists(path));
    }

    private SampleFile file() {
        return new SampleFile(path, array, labelArray, labelColumn, columns);
    }
}
