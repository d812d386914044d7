package io.sparsestream.cli;

import io.sparsestream.compare.Comparison;
import io.sparsestream.compare.ModelReport;
import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.Learner;
import io.sparsestream.message.PublishedModel;
import io.sparsestream.stream.ModelTopic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Published models side by side on a split. */
@Command(
        name = "compare",
        description =
                "Compares published models on the test split: a table, and with --out Markdown, JSON and pictures.")
final class CompareCommand implements Callable<Integer> {
    @Mixin
    private KafkaOptions kafka;

    @Mixin
    private EngineOption engine;

    @Option(
            names = "--models",
            defaultValue = "sparse",
            split = ",",
            description = "The models' names (default: ${DEFAULT-VALUE}).")
    private List<String> models;

    @Mixin
    private DataOptions data;

    @Option(names = "--split", defaultValue = "test", description = "train or test (default: ${DEFAULT-VALUE}).")
    private Split split;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where compare.md, compare.json and PNG files are written (default: not written).")
    private Path out;

    @Override
    public Integer call() throws Exception {
        Map<String, Object> properties = kafka.toMap();
        models.forEach(ModelName::check);
        if (out != null && Files.exists(out) && !Files.isDirectory(out)) {
            throw new CommandException("--out " + out + " is a file: name a directory");
        }
        Dataset dataset = data.read(split);
        KafkaConnection.check(properties);
        Map<String, Learner> learners = new LinkedHashMap<>();
        List<ModelReport> reports = new ArrayList<>();
        for (String model : new LinkedHashSet<>(models)) {
            PublishedModel published = ModelTopic.read(properties, model);
            DataOptions.checkFits(dataset, model, published);
            Learner learner = published.learner(engine.newProduct());
            learners.put(model, learner);
            reports.add(ModelReport.of(model, published.step(), learner, dataset));
        }
        Comparison comparison = Comparison.of(dataset, reports);
        System.out.print(comparison.summary().toText());
        if (comparison.byDigit() != null) {
            System.out.println();
            System.out.print(comparison.byDigit().toText());
        }
        if (out != null) {
            comparison.write(out, dataset, learners);
            System.out.println("written to " + out.resolve("compare.md"));
        }
        return 0;
    }
}
