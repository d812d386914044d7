package io.sparsestream.cli.option;

import io.sparsestream.message.PublishedModel;
import io.sparsestream.model.ModelFile;
import io.sparsestream.topic.ModelTopic;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which model: the newest on its topic, or one in a file. */
public final class ModelOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Mixin
    private KafkaOptions kafka;

    @Option(
            names = "--model",
            defaultValue = "sparse",
            description = "The name of a published model (default: ${DEFAULT-VALUE}).")
    private String model;

    @Option(
            names = "--model-file",
            paramLabel = "FILE",
            description = "A model file (.safetensors, .npz, .onnx) instead of a published model.")
    private Path file;

    @Option(names = "--key", paramLabel = "VALUE", description = "Of a model for each key: which.")
    private String key;

    @Option(
            names = "--partition",
            paramLabel = "N",
            description = "With --key: the partition of the images, where that key has models of several.")
    private Integer partition;

    @Mixin
    private WaitOptions wait;

    /** @throws ParameterException if there is no source, or more than one */
    public void check() {
        if (partition != null && key == null) {
            throw new ParameterException(command.commandLine(), "--partition needs --key");
        }
        wait.check();
        if (file == null) {
            kafka.toMap();
            ModelName.check(model);
        } else if (key != null) {
            throw new ParameterException(command.commandLine(), "--key and --model-file are mutually exclusive");
        } else if (command.commandLine().getParseResult().hasMatchedOption(KafkaOptions.BOOTSTRAP_SERVERS)) {
            throw new ParameterException(
                    command.commandLine(), KafkaOptions.BOOTSTRAP_SERVERS + " and --model-file are mutually exclusive");
        }
    }

    /** Reads it, after {@link #check}. */
    public ModelFile read() throws IOException, InterruptedException {
        if (file != null) {
            return ModelFile.read(file);
        }
        Map<String, Object> properties = kafka.connect();
        PublishedModel published = wait.await(
                model,
                () -> key == null
                        ? ModelTopic.read(properties, model)
                        : ModelTopic.read(
                                properties,
                                model,
                                key,
                                partition == null ? OptionalInt.empty() : OptionalInt.of(partition)));
        return new ModelFile(published, ModelFile.UNKNOWN_LICENSE);
    }
}
