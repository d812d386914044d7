package io.sparsestream.cli.model;

import io.sparsestream.cli.option.About;
import io.sparsestream.cli.option.DataOptions;
import io.sparsestream.cli.option.EngineOption;
import io.sparsestream.cli.option.ModelName;
import io.sparsestream.cli.option.ModelOptions;
import io.sparsestream.cli.option.Section;
import io.sparsestream.cli.terminal.Terminal;
import io.sparsestream.compare.Picture;
import io.sparsestream.compare.Table;
import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.Evaluation;
import io.sparsestream.learn.Learner;
import io.sparsestream.message.Json;
import io.sparsestream.message.PublishedModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
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
    private Optional<Integer> label = Optional.empty();

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
            Map<String, Double> meanActivation,
            String picture) {}

    @Override
    public Integer call() throws Exception {
        source.check();
        Dataset whole = data.read(split);
        Dataset dataset = label.isPresent() ? whole.withLabel(label.get()) : whole;
        PublishedModel published = source.read().model();
        String model = published.manifest().model();
        DataOptions.checkFits(dataset, model, published);
        Learner learner = published.learner(engine.newProduct());
        Evaluation evaluation = Evaluation.of(learner, dataset.images());
        Path file = picture.orElse(Path.of("reconstructions." + ModelName.inFile(model) + ".png"));
        Picture.writeImages(file, dataset, Map.of(model, learner));
        if (json) {
            System.out.println(Json.text(new Result(
                    model,
                    published.step(),
                    dataset.size(),
                    evaluation.losses().total(),
                    evaluation.losses().mse(),
                    evaluation.losses().l2(),
                    evaluation.losses().kl(),
                    evaluation.meanActivation(),
                    file.toString())));
            return 0;
        }
        System.out.print(Terminal.out()
                .text(ReferenceTable.of(model, published, List.of(dataset), new TreeMap<>(), evaluation)));
        System.out.printf(
                Locale.ROOT,
                "step %d, %,d images of %s/%s: loss %s = mse %s + l2 %s + kl %s; pictures in %s%n",
                published.step(),
                dataset.size(),
                dataset.name(),
                split,
                Table.cell("%.6f", evaluation.losses().total()),
                Table.cell("%.6f", evaluation.losses().mse()),
                Table.cell("%.6f", evaluation.losses().l2()),
                Table.cell("%.6f", evaluation.losses().kl()),
                file);
        return 0;
    }
}
