package io.sparsestream.cli.model;

import io.sparsestream.cli.option.About;
import io.sparsestream.cli.option.DataOptions;
import io.sparsestream.cli.option.EngineOption;
import io.sparsestream.cli.option.KafkaOptions;
import io.sparsestream.cli.option.ModelName;
import io.sparsestream.cli.option.Section;
import io.sparsestream.cli.option.TopicRecords;
import io.sparsestream.cli.option.WaitOptions;
import io.sparsestream.cli.terminal.CommandException;
import io.sparsestream.cli.terminal.Terminal;
import io.sparsestream.compare.Comparison;
import io.sparsestream.compare.ModelReport;
import io.sparsestream.compare.ProbeReport;
import io.sparsestream.compare.TestSet;
import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.MatrixProduct;
import io.sparsestream.learn.Reconstructor;
import io.sparsestream.message.PublishedModel;
import io.sparsestream.model.ModelFile;
import io.sparsestream.model.ModelFormat;
import io.sparsestream.topic.ModelTopic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Models side by side on a split. */
@Command(
        name = "compare",
        description = "Compares models on the test split: a table, and with --out Markdown, JSON and pictures.")
public final class CompareCommand implements Callable<Integer> {
    @Mixin
    private KafkaOptions kafka;

    @Mixin
    private WaitOptions wait;

    @Mixin
    private EngineOption engine;

    @About(Section.MODEL)
    @Option(
            names = "--models",
            required = true,
            split = ",",
            paramLabel = "NAME|FILE",
            description = "Published models by their names, and model files (.safetensors, .npz, .onnx).")
    private List<String> models;

    @Mixin
    private DataOptions data;

    @Mixin
    private TopicRecords records;

    @About(Section.IMAGES)
    @Option(
            names = "--split",
            paramLabel = "train|test",
            defaultValue = "test",
            description = "Split of the dataset (default: ${DEFAULT-VALUE}).")
    private Split split;

    @Option(
            names = "--probe",
            description = "Also the error of logistic regression on each layer, learned from the training split.")
    private boolean probe;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where compare.md, compare.json and PNG files are written (default: not written).")
    private Optional<Path> out = Optional.empty();

    @Override
    public Integer call() throws Exception {
        List<String> published = models.stream().filter(name -> !isFile(name)).toList();
        published.forEach(ModelName::check);
        wait.check();
        records.check();
        boolean needsKafka = !published.isEmpty() || records.isGiven();
        Map<String, Object> properties = needsKafka ? kafka.toMap() : Map.of();
        if (out.isPresent() && Files.exists(out.get()) && !Files.isDirectory(out.get())) {
            throw new CommandException("--out " + out.get() + " is a file: name a directory");
        }
        Optional<Dataset> images = records.isGiven() ? Optional.empty() : Optional.of(images());
        Optional<TestSet> training = probe && images.isPresent()
                ? Optional.of(TestSet.of(data.readForProbe(Split.TRAIN)))
                : Optional.empty();
        if (needsKafka) {
            kafka.connect();
        }
        Map<String, PublishedModel> found = read(properties);
        if (images.isPresent()) {
            found.forEach((name, model) -> DataOptions.checkFits(images.get(), name, model));
            print(found, TestSet.of(images.get()), training);
        } else {
            TestSet newest = records.read(properties, alike(found));
            if (probe) {
                ProbeSets sets = ProbeSets.of(newest);
                print(found, sets.test(), Optional.of(sets.training()));
            } else {
                print(found, newest, Optional.empty());
            }
        }
        return 0;
    }

    private Dataset images() throws IOException {
        return probe ? data.readForProbe(split) : data.read(split);
    }

    /** By their names. */
    private Map<String, PublishedModel> read(Map<String, Object> properties) throws IOException, InterruptedException {
        Map<String, PublishedModel> found = new LinkedHashMap<>();
        for (String source : new LinkedHashSet<>(models)) {
            String name = isFile(source) ? fileName(source) : source;
            PublishedModel model = isFile(source)
                    ? ModelFile.read(Path.of(source)).model()
                    : wait.await(properties, source, () -> ModelTopic.read(properties, source));
            if (found.put(name, model) != null) {
                throw new IllegalArgumentException("two models are called " + name + ": rename a file");
            }
        }
        return found;
    }

    /**
     * The first of models that take the same records.
     *
     * @throws IllegalArgumentException if one takes others
     */
    private PublishedModel alike(Map<String, PublishedModel> found) {
        Map.Entry<String, PublishedModel> first = found.entrySet().iterator().next();
        found.forEach((name, model) -> {
            if (model.architecture().inputs() != first.getValue().architecture().inputs()
                    || !records.format(model)
                            .fields()
                            .equals(records.format(first.getValue()).fields())) {
                throw new IllegalArgumentException("models " + first.getKey() + " and " + name
                        + " have other inputs, so that they cannot be compared on one topic");
            }
        });
        return first.getValue();
    }

    /** @param training that probes learn from; empty without probes */
    private void print(Map<String, PublishedModel> found, TestSet test, Optional<TestSet> training) throws IOException {
        Supplier<MatrixProduct> products = engine.load();
        Map<String, Reconstructor> trained = new LinkedHashMap<>();
        List<ModelReport> reports = new ArrayList<>();
        found.forEach((name, model) -> {
            Reconstructor reconstructor = model.inference(products.get());
            trained.put(name, reconstructor);
            ModelReport report = ModelReport.of(name, model.step(), reconstructor, test);
            reports.add(training.map(learned ->
                            report.withProbeErrors(ProbeReport.errors(reconstructor, learned, test, products)))
                    .orElse(report));
        });
        Comparison comparison = Comparison.of(test, reports);
        Terminal terminal = Terminal.out();
        System.out.print(terminal.text(comparison.summary()));
        System.out.println();
        System.out.print(terminal.text(comparison.sparseness()));
        if (comparison.byLabel() != null) {
            System.out.println();
            System.out.print(terminal.text(comparison.byLabel()));
        }
        if (out.isPresent()) {
            comparison.write(out.get(), test, trained);
            System.out.println("written to " + out.get().resolve("compare.md"));
        }
    }

    private static boolean isFile(String source) {
        return Arrays.stream(ModelFormat.values()).anyMatch(format -> source.endsWith("." + format));
    }

    /** Without its directory and ending; it becomes part of the pictures' names. */
    private static String fileName(String source) {
        String name = Path.of(source).getFileName().toString();
        return ModelName.check(name.substring(0, name.lastIndexOf('.')));
    }
}
