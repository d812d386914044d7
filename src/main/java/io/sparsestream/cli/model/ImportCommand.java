package io.sparsestream.cli.model;

import io.sparsestream.cli.option.About;
import io.sparsestream.cli.option.EngineOption;
import io.sparsestream.cli.option.KafkaOptions;
import io.sparsestream.cli.option.ModelName;
import io.sparsestream.cli.option.Section;
import io.sparsestream.cli.option.TopicCheck;
import io.sparsestream.message.PublishedModel;
import io.sparsestream.model.ModelFile;
import io.sparsestream.topic.ModelTopic;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A model file as a published model. */
@Command(
        name = "import",
        description = "Publishes a model file, for score and evaluate; to learn on from one, see train --from-file.")
public final class ImportCommand implements Callable<Integer> {
    @Mixin
    private KafkaOptions kafka;

    @About(Section.MODEL)
    @Option(
            names = "--model-file",
            required = true,
            paramLabel = "FILE",
            description = "The model file (.safetensors, .npz, .onnx).")
    private Path file;

    @About(Section.MODEL)
    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "The name to publish it by (default: the one in the file).")
    private Optional<String> model = Optional.empty();

    @Mixin
    private EngineOption engine;

    @Override
    public Integer call() throws Exception {
        Map<String, Object> properties = kafka.toMap();
        model.ifPresent(ModelName::check);
        PublishedModel found = ModelFile.read(file).model();
        String name = ModelName.check(model.orElse(found.manifest().model()));
        kafka.connect();
        TopicCheck.requireDistinct(properties, List.of(), List.of(name));
        ModelTopic.publish(properties, name, found, engine.load().get());
        System.out.printf(Locale.ROOT, "model %s at step %,d published from %s%n", name, found.step(), file);
        return 0;
    }
}
