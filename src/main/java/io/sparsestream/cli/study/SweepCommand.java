package io.sparsestream.cli.study;

import io.sparsestream.cli.option.About;
import io.sparsestream.cli.option.DataOptions;
import io.sparsestream.cli.option.EngineOption;
import io.sparsestream.cli.option.HyperparameterOptions;
import io.sparsestream.cli.option.InputOptions;
import io.sparsestream.cli.option.KafkaOptions;
import io.sparsestream.cli.option.ModelChoice;
import io.sparsestream.cli.option.Seconds;
import io.sparsestream.cli.option.Section;
import io.sparsestream.cli.option.TopicName;
import io.sparsestream.cli.option.Whole;
import io.sparsestream.cli.terminal.CommandException;
import io.sparsestream.cli.terminal.Terminal;
import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.MatrixProduct;
import io.sparsestream.message.InputFormat;
import io.sparsestream.sweep.SearchSpace;
import io.sparsestream.sweep.Sweep;
import io.sparsestream.sweep.SweepReport;
import io.sparsestream.sweep.Trial;
import io.sparsestream.topic.FirstRecord;
import io.sparsestream.topic.Topics;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Many settings on one pass over the images topic. */
@Command(
        name = "sweep",
        description = "Tries many settings on one pass over the images topic, and ends with the Pareto front of error"
                + " against distance from the target activation. Every hyperparameter takes several values with commas"
                + " between them. Started again, it goes on where it was stopped.")
public final class SweepCommand implements Callable<Integer> {
    /** Preset of a sweep whose records are of another format than images are. */
    private static final String VECTORS = "vectors";

    private static final int USUAL_LAST = 1000;

    @Mixin
    private KafkaOptions kafka;

    @Mixin
    private HyperparameterOptions hyperparameters;

    @About(Section.LEARNING)
    @Option(
            names = "--preset",
            paramLabel = "PRESET|FILE",
            description =
                    "Hyperparameters that no option gives: a preset (sparse, plain, sharp, selective, dictionary, vectors), or a"
                            + " properties or JSON file (default: sparse; with --input-format float32, float64, json, csv or avro vectors).")
    private Optional<String> preset = Optional.empty();

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "2000",
            description = "Training steps of a trial, and length of its schedule unless --schedule-steps is given"
                    + " (default: ${DEFAULT-VALUE}).")
    private long steps;

    @Option(
            names = "--random",
            paramLabel = "N",
            description = "Draws N trials between the least and the greatest values (default: all combinations).")
    private Optional<Integer> random = Optional.empty();

    @Option(
            names = "--draw-seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of the draws of --random (default: ${DEFAULT-VALUE}).")
    private long drawSeed;

    @Option(names = "--halving", description = "Successive halving: stops the worse half early, again and again.")
    private boolean halving;

    @Option(
            names = "--parallel",
            paramLabel = "N",
            description = "Number of trials trained at once (default: one for each core).")
    private Optional<Integer> parallel = Optional.empty();

    @About(Section.KAFKA)
    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            defaultValue = Topics.IMAGES,
            description = "Topic of the images (default: ${DEFAULT-VALUE}).")
    private String topic;

    @Mixin
    private InputOptions input;

    @About(Section.RECORDS)
    @Option(
            names = "--last",
            paramLabel = "N",
            description =
                    "Judges the trials on the newest N records of the topic, from which they do not learn (default: on images from"
                            + " --data; with --input-format float32, float64, json, csv or avro 1000).")
    private Optional<Integer> last = Optional.empty();

    @Mixin
    private DataOptions data;

    @About(Section.IMAGES)
    @Option(
            names = "--split",
            paramLabel = "train|test",
            defaultValue = "test",
            description = "Split of the dataset on which the trials are judged (default: ${DEFAULT-VALUE}).")
    private Split split;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = "sparsestream-sweep",
            description =
                    "Directory of the results, and of what a stopped sweep needs to go on (default: ${DEFAULT-VALUE}).")
    private Path directory;

    @Option(
            names = "--checkpoint-interval",
            defaultValue = "15",
            paramLabel = "SECONDS",
            description = "Seconds between two checkpoints of the running trials (default: ${DEFAULT-VALUE}).")
    private double checkpointInterval;

    @Mixin
    private EngineOption engine;

    @Override
    public Integer call() throws Exception {
        Whole.positive("--steps", steps);
        random.ifPresent(number -> Whole.positive("--random", number));
        parallel.ifPresent(number -> Whole.positive("--parallel", number));
        last.ifPresent(number -> Whole.positive("--last", number));
        TopicName.check(topic);
        Map<String, Object> properties = kafka.toMap();
        InputFormat format = input.format();
        Supplier<MatrixProduct> products = engine.load();
        ModelChoice choice = ModelChoice.of(preset.orElse(input.isOfVectors() ? VECTORS : ModelChoice.DEFAULT));
        Architecture architecture = input.layers(
                hyperparameters, choice.architecture(), () -> FirstRecord.inputs(kafka.connect(), topic, format));
        SearchSpace space = SearchSpace.of(choice.hyperparameters(), hyperparameters.given(), steps);
        List<Hyperparameters> trials = random.isPresent() ? space.random(random.get(), drawSeed) : space.grid();
        trials.forEach(trial -> hyperparameters.checkFits(trial, architecture));
        trials.forEach(input::checkScale);
        checkMemory(trials.size(), architecture);
        Optional<Integer> newest = last.or(() -> input.isOfVectors() ? Optional.of(USUAL_LAST) : Optional.empty());
        Optional<Dataset> images = newest.isPresent() ? Optional.empty() : Optional.of(data.read(split));
        images.ifPresent(test -> DataOptions.checkFits(test, architecture));
        kafka.connect();
        Sweep.Settings settings = new Sweep.Settings(
                properties,
                topic,
                format,
                architecture,
                steps,
                halving,
                parallel.orElseGet(Runtime.getRuntime()::availableProcessors),
                directory,
                Seconds.of("--checkpoint-interval", checkpointInterval),
                newest);
        List<Trial> results;
        try (SweepProgress progress = new SweepProgress(steps, trials.size())) {
            results = Sweep.run(
                    settings, trials, products, images.map(Dataset::images).orElse(List.of()), progress);
        }
        SweepReport report = SweepReport.of(
                steps,
                images.map(test -> test.name() + "/" + split)
                        .orElseGet(() -> String.format(
                                Locale.ROOT, "the newest %,d records of topic %s", newest.orElseThrow(), topic)),
                results);
        report.write(directory, space.swept());
        if (report.front().isEmpty()) {
            throw new CommandException("every trial has diverged: lower the learning rate, alpha or beta");
        }
        System.out.print(Terminal.out().text(report.frontTable(space.swept())));
        System.out.printf(
                Locale.ROOT,
                "%d of %d trials are on the Pareto front; all in %s%n",
                report.front().size(),
                results.size(),
                directory.resolve("report.md"));
        return 0;
    }

    /** Better told now than when the heap is full: parameters, both moments, their gradient, and a quarter for the rest. */
    private static void checkMemory(int trials, Architecture architecture) {
        long needed = trials * architecture.parameters() * 5 * Float.BYTES >> 20;
        long heap = Runtime.getRuntime().maxMemory() >> 20;
        if (needed > heap) {
            throw new CommandException(trials + " trials need some " + needed + " MB, more than the heap's " + heap
                    + " MB: give fewer values, --random, or java -Xmx");
        }
    }
}
