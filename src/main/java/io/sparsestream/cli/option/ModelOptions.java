package io.sparsestream.cli.option;

import io.sparsestream.message.PublishedModel;
import io.sparsestream.message.Unit;
import io.sparsestream.model.ModelFile;
import io.sparsestream.topic.ModelTopic;
import io.sparsestream.topic.NotPublishedException;
import io.sparsestream.topic.UnitsTopic;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which model: the newest on its topic, or one in a file. */
@About(Section.MODEL)
public final class ModelOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Mixin
    private KafkaOptions kafka;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            defaultValue = "sparse",
            description = "The name of a published model (default: ${DEFAULT-VALUE}).")
    private String model;

    @Option(
            names = "--model-file",
            paramLabel = "FILE",
            description = "A model file (.safetensors, .npz, .onnx) instead of a published model (default: none).")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = "--key",
            paramLabel = "VALUE",
            description = "Of a model for each key: the key whose model is read (default: one model, without keys).")
    private Optional<String> key = Optional.empty();

    @Option(
            names = "--partition",
            paramLabel = "N",
            description = "With --key: the partition of the images, if several have a model of that key"
                    + " (default: the only one).")
    private Optional<Integer> partition = Optional.empty();

    @Mixin
    private WaitOptions wait;

    /** @throws ParameterException if there is no source, or more than one */
    public void check() {
        check(false);
    }

    /**
     * The same where Kafka may be needed besides.
     *
     * @param readsTopic whether something else is read from a topic
     */
    public void check(boolean readsTopic) {
        if (partition.isPresent() && key.isEmpty()) {
            throw new ParameterException(command.commandLine(), "--partition needs --key");
        }
        wait.check();
        if (file.isEmpty()) {
            kafka.toMap();
            ModelName.check(model);
        } else if (key.isPresent()) {
            throw new ParameterException(command.commandLine(), "--key and --model-file cannot be given together");
        } else if (readsTopic) {
            kafka.toMap();
        } else if (command.commandLine().getParseResult().hasMatchedOption(KafkaOptions.BOOTSTRAP_SERVERS)) {
            throw new ParameterException(
                    command.commandLine(),
                    KafkaOptions.BOOTSTRAP_SERVERS + " and --model-file cannot be given together");
        }
    }

    /** Client properties, once Kafka can be reached. */
    public Map<String, Object> connect() throws InterruptedException {
        return kafka.connect();
    }

    /** Reads it, after {@link #check}. */
    public ModelFile read() throws IOException, InterruptedException {
        if (file.isPresent()) {
            return ModelFile.read(file.get());
        }
        Map<String, Object> properties = kafka.connect();
        PublishedModel published = wait.await(properties, model, () -> newest(properties));
        return new ModelFile(published, ModelFile.UNKNOWN_LICENSE);
    }

    /**
     * What is published of its units, after {@link #read}: none of a model in a file or of one of many models, nor where its
     * trainer does not publish them.
     */
    public List<Unit> units() {
        if (file.isPresent() || key.isPresent()) {
            return List.of();
        }
        try {
            return UnitsTopic.read(kafka.toMap(), model);
        } catch (NotPublishedException e) {
            return List.of();
        }
    }

    private PublishedModel newest(Map<String, Object> kafka) {
        return key.map(value -> ModelTopic.read(
                        kafka, model, value, partition.map(OptionalInt::of).orElse(OptionalInt.empty())))
                .orElseGet(() -> ModelTopic.read(kafka, model));
    }
}
