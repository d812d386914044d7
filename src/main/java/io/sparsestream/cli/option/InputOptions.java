package io.sparsestream.cli.option;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.PublishedModel;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the records of a topic are, and how they become numbers. */
@About(Section.RECORDS)
public final class InputOptions {
    @Option(
            names = "--input-format",
            paramLabel = "auto|uint8|float32|float64|json|csv|avro",
            description =
                    "What the values of records are; auto goes by each record's header dtype, and is uint8 without"
                            + " it (default: what the model has learned from, of a new one auto).")
    private Optional<InputFormat.Kind> kind = Optional.empty();

    @Option(
            names = "--fields",
            split = ",",
            paramLabel = "NAME",
            description = "The inputs in a JSON object or an Avro record, by names such as a,b.c, or in a CSV line, by"
                    + " column numbers (default: those that the model has learned from, of a new one all numbers).")
    private List<String> fields = List.of();

    @Mixin
    private RegistryOption registry = new RegistryOption();

    @Option(
            names = "--inputs",
            paramLabel = "N",
            description =
                    "Numbers of a record, of which the first and the last layer have as many units (default: those"
                            + " that --layers or --fields name; else with auto the preset's, with another format those of the"
                            + " first record).")
    private Optional<Integer> inputs = Optional.empty();

    @ArgGroup
    private LabelOptions label = new LabelOptions();

    @Option(
            names = "--missing",
            paramLabel = "refused|mean",
            description =
                    "What a missing number is: a reason for a dead letter, or the mean of those before it, for which"
                            + " --scale must be given (default: as the model has learned, of a new one refused).")
    private Optional<InputFormat.Missing> missing = Optional.empty();

    /** Whether records are said to be of another format than images are. */
    public boolean isOfVectors() {
        return kindOfNew() != InputFormat.Kind.AUTO && kindOfNew() != InputFormat.Kind.UINT8;
    }

    private InputFormat.Kind kindOfNew() {
        return kind.orElse(InputFormat.Kind.AUTO);
    }

    private InputFormat.Missing missingOfNew() {
        return missing.orElse(InputFormat.Missing.REFUSED);
    }

    /** How many numbers the first record of a topic has. */
    @FunctionalInterface
    public interface FirstRecordInputs {
        int count() throws InterruptedException;
    }

    /** Where labels are, unless in headers. */
    private static final class LabelOptions {
        @About(Section.RECORDS)
        @Option(
                names = "--label-field",
                paramLabel = "NAME",
                description =
                        "Field or column with the label (default: where the model's was, of a new one the header label).")
        private Optional<String> field = Optional.empty();

        @About(Section.RECORDS)
        @Option(names = "--label-key", description = "Takes each record's key for its label (default: no).")
        private boolean isKey;

        boolean isGiven() {
            return isKey || field.isPresent();
        }

        InputFormat.Label label() {
            if (isKey) {
                return new InputFormat.Label.InKey();
            }
            return field.<InputFormat.Label>map(InputFormat.Label.InField::new)
                    .orElseGet(InputFormat.Label.InHeader::new);
        }
    }

    /**
     * The layers of a model that learns from such records.
     *
     * @param otherwise the layers where nothing says how many numbers there are
     * @param first asked for the numbers of the first record
     * @throws IllegalArgumentException if the options do not suit each other
     */
    public Architecture layers(HyperparameterOptions hyperparameters, Architecture otherwise, FirstRecordInputs first)
            throws InterruptedException {
        if (hyperparameters.hasLayers()) {
            Architecture given = hyperparameters.architecture(otherwise);
            if (inputs.isPresent() && inputs.get() != given.inputs()) {
                throw new IllegalArgumentException(
                        "--inputs " + inputs.get() + " and --layers " + given + " do not agree: give one of them");
            }
            return given;
        }
        if (inputs.isPresent()) {
            Whole.positive("--inputs", inputs.get());
            return otherwise.withInputs(inputs.get());
        }
        if (!fields.isEmpty()) {
            return otherwise.withInputs(fields.size());
        }
        return kindOfNew() == InputFormat.Kind.AUTO ? otherwise : otherwise.withInputs(first.count());
    }

    /** @throws IllegalArgumentException if means are asked for that such a model does not find */
    public void checkScale(Hyperparameters chosen) {
        if (missingOfNew() == InputFormat.Missing.MEAN && !chosen.scale().isGiven()) {
            throw new IllegalArgumentException("--missing mean needs running means: give --scale standard or minmax");
        }
    }

    /** @throws IllegalArgumentException if the options do not suit each other */
    public InputFormat format() {
        return registry.withSchemas(new InputFormat(kindOfNew(), fields, label.label(), missingOfNew()));
    }

    /**
     * What records are for a model that exists: what no option says is as the model has it.
     *
     * @throws IllegalArgumentException if the options do not suit each other, or the model has another number of inputs
     */
    public InputFormat of(PublishedModel model) {
        Architecture architecture = model.architecture();
        if (inputs.isPresent() && inputs.get() != architecture.inputs()) {
            throw new IllegalArgumentException("--inputs " + inputs.get() + " does not fit model "
                    + model.manifest().model() + ", whose layers are " + architecture + ": leave it out");
        }
        InputFormat own = model.manifest().inputFormat();
        boolean isOther = kind.isPresent() && kind.get() != own.kind(); // whose names may be others
        InputFormat format = registry.withSchemas(new InputFormat(
                kind.orElse(own.kind()),
                !fields.isEmpty() || isOther ? fields : own.fields(),
                label.isGiven() || isOther ? label.label() : own.label(),
                missing.orElse(own.missing())));
        format.requireFits(architecture.inputs());
        return format;
    }
}
