package io.sparsestream.cli.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sparsestream.cli.option.About;
import io.sparsestream.cli.option.DataOptions;
import io.sparsestream.cli.option.EngineOption;
import io.sparsestream.cli.option.ModelName;
import io.sparsestream.cli.option.ModelOptions;
import io.sparsestream.cli.option.OutputFile;
import io.sparsestream.cli.option.Section;
import io.sparsestream.cli.option.TopicRecords;
import io.sparsestream.cli.terminal.CommandException;
import io.sparsestream.cli.terminal.Terminal;
import io.sparsestream.compare.Comparison;
import io.sparsestream.compare.ModelReport;
import io.sparsestream.compare.Picture;
import io.sparsestream.compare.Table;
import io.sparsestream.compare.TestReport;
import io.sparsestream.compare.TestSet;
import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.Evaluation;
import io.sparsestream.learn.Reconstructor;
import io.sparsestream.message.Json;
import io.sparsestream.message.PublishedModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The published model on a split: losses, mean activations, pictures. */
@Command(
        name = "evaluate",
        description = "Evaluates the newest published model, or one in a file: losses, mean activations, pictures.")
public final class EvaluateCommand implements Callable<Integer> {
    @Mixin
    private ModelOptions source;

    @Mixin
    private EngineOption engine;

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

    @About(Section.IMAGES)
    @Option(
            names = "--label",
            paramLabel = "LABEL",
            description = "Evaluates only the images of that label (default: all images).")
    private Optional<String> label = Optional.empty();

    @Option(names = "--json", description = "Prints one JSON object instead of the table.")
    private boolean json;

    @Option(
            names = "--picture",
            paramLabel = "FILE",
            description = "PNG of ten images above their reconstructions (default: reconstructions.<model>.png).")
    private Optional<Path> picture = Optional.empty();

    /** What --json prints. */
    private record Result(
            String model,
            long step,
            int images,
            double loss,
            double mse,
            double l2,
            double kl,
            @JsonInclude(JsonInclude.Include.NON_NULL) Double l0,
            Map<String, Double> meanActivation,
            String picture) {}

    /** What --json prints of the records of a topic. */
    private record TopicResult(
            String model,
            long step,
            String topic,
            int records,
            double mse,
            Double explainedVariance,
            Map<String, Double> mseByLabel,
            Map<String, TestReport.Layer> layers,
            List<?> inputs,
            @JsonInclude(JsonInclude.Include.NON_NULL) String picture) {}

    @Override
    public Integer call() throws Exception {
        source.check(records.isGiven());
        records.check();
        if (records.isGiven()) {
            evaluateTopic();
        } else {
            evaluateImages();
        }
        return 0;
    }

    private void evaluateTopic() throws Exception {
        PublishedModel published = source.read().model();
        String model = published.manifest().model();
        TestSet all = records.read(source.connect(), published);
        TestSet chosen = label.map(all::withLabel).orElse(all);
        if (chosen.size() == 0) {
            throw new CommandException("none of " + all.name() + " has the label " + label.orElseThrow());
        }
        Optional<Path> file = all.pictures().map(pictures -> pictureFile(model));
        Reconstructor trained = published.inference(engine.load().get());
        ModelReport report = ModelReport.of(model, published.step(), trained, chosen);
        if (file.isPresent()) {
            Picture.writeImages(file.get(), all.pictures().get(), Map.of(model, trained));
        }
        if (json) {
            System.out.println(Json.text(new TopicResult(
                    model,
                    published.step(),
                    records.topic(),
                    chosen.size(),
                    report.mse(),
                    report.explainedVariance(),
                    report.mseByLabel(),
                    report.test().layers(),
                    report.inputs(),
                    file.map(Path::toString).orElse(null))));
            return;
        }
        Comparison one = Comparison.of(chosen, List.of(report));
        System.out.print(Terminal.out().text(one.sparseness()));
        if (one.byLabel() != null) {
            System.out.println();
            System.out.print(Terminal.out().text(one.byLabel()));
        }
        if (!report.inputs().isEmpty()) {
            System.out.println();
            System.out.print(Terminal.out().text(report.worstInputs()));
        }
        System.out.println();
        System.out.printf(
                Locale.ROOT,
                "step %d, %s%s: mse %s, explained variance %s%s%n",
                published.step(),
                all.name(),
                label.map(text -> String.format(Locale.ROOT, ", %,d of them with the label %s", chosen.size(), text))
                        .orElse(""),
                Table.cell("%.6f", report.mse()),
                Table.cell("%.1f %%", report.explainedVariance() == null ? null : 100 * report.explainedVariance()),
                file.map(path -> "; pictures in " + path).orElse(""));
    }

    private Path pictureFile(String model) {
        Path file = picture.orElse(Path.of("reconstructions." + ModelName.inFile(model) + ".png"));
        OutputFile.check("--picture", file);
        return file;
    }

    private static int number(String label) {
        try {
            return Integer.parseInt(label);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "--label must be a number for images from files, not '" + label + "'", e);
        }
    }

    private void evaluateImages() throws Exception {
        Dataset whole = data.read(split);
        Dataset dataset = label.isPresent() ? whole.withLabel(number(label.get())) : whole;
        PublishedModel published = source.read().model();
        String model = published.manifest().model();
        DataOptions.checkFits(dataset, model, published);
        Path file = pictureFile(model);
        Reconstructor trained = published.inference(engine.load().get());
        Evaluation evaluation = Evaluation.of(trained, dataset.images());
        Picture.writeImages(file, dataset, Map.of(model, trained));
        if (json) {
            System.out.println(Json.text(new Result(
                    model,
                    published.step(),
                    dataset.size(),
                    evaluation.losses().total(),
                    evaluation.losses().mse(),
                    evaluation.losses().l2(),
                    evaluation.losses().kl(),
                    evaluation.losses().terms().get("l0"),
                    evaluation.meanActivation(),
                    file.toString())));
            return;
        }
        System.out.print(Terminal.out()
                .text(ReferenceTable.of(model, published, List.of(dataset), new TreeMap<>(), evaluation)));
        System.out.printf(
                Locale.ROOT,
                "step %d, %,d images of %s/%s: loss %s = %s; pictures in %s%n",
                published.step(),
                dataset.size(),
                dataset.name(),
                split,
                Table.cell("%.6f", evaluation.losses().total()),
                evaluation.losses().terms().entrySet().stream()
                        .map(term -> term.getKey() + " " + Table.cell("%.6f", term.getValue()))
                        .collect(Collectors.joining(" + ")),
                file);
    }
}
