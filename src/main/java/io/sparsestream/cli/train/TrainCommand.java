package io.sparsestream.cli.train;

import io.sparsestream.cli.option.About;
import io.sparsestream.cli.option.ControlOption;
import io.sparsestream.cli.option.EngineOption;
import io.sparsestream.cli.option.HttpOptions;
import io.sparsestream.cli.option.HyperparameterOptions;
import io.sparsestream.cli.option.InputOptions;
import io.sparsestream.cli.option.KafkaOptions;
import io.sparsestream.cli.option.ModelChoice;
import io.sparsestream.cli.option.ModelName;
import io.sparsestream.cli.option.PerKeyOptions;
import io.sparsestream.cli.option.Section;
import io.sparsestream.cli.option.StateDirectory;
import io.sparsestream.cli.option.TopicCheck;
import io.sparsestream.cli.option.TopicName;
import io.sparsestream.cli.option.TrainerOptions;
import io.sparsestream.cli.terminal.CommandException;
import io.sparsestream.cli.terminal.Shutdown;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MatrixProduct;
import io.sparsestream.learn.MeasuredLearner;
import io.sparsestream.learn.ScaledLearner;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.PublishedModel;
import io.sparsestream.metrics.KeyedMetrics;
import io.sparsestream.metrics.RunMetrics;
import io.sparsestream.model.ModelFile;
import io.sparsestream.stream.keyed.PerKey;
import io.sparsestream.topic.FirstRecord;
import io.sparsestream.topic.Topics;
import io.sparsestream.trainer.Trainer;
import io.sparsestream.trainer.TrainerSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains one model from the images topic until stopped. */
@Command(
        name = "train",
        description = "Trains a model from the images topic: until stopped, or as --steps or --until-caught-up say.")
public final class TrainCommand implements Callable<Integer> {

    /** Preset of a model whose records are of another format than images are. */
    private static final String VECTORS = "vectors";

    @Mixin
    private KafkaOptions kafka;

    @Mixin
    private HyperparameterOptions hyperparameters;

    @Mixin
    private TrainerOptions options;

    @About(Section.MODEL)
    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "The model's name, in its topics and its application id (default: sparse; with --input-format"
                    + " float32, float64, json, csv or avro vectors).")
    private Optional<String> name = Optional.empty();

    private String model;

    @About(Section.MODEL)
    @Option(
            names = "--preset",
            paramLabel = "PRESET|FILE",
            description =
                    "Hyperparameters to start from: a preset (sparse, plain, sharp, selective, dictionary, vectors), or a properties or JSON"
                            + " file (default: the preset of the model's name if there is one, else sparse; with --input-format float32,"
                            + " float64, json, csv or avro vectors).")
    private Optional<String> preset = Optional.empty();

    @About(Section.KAFKA)
    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            defaultValue = Topics.IMAGES,
            description = "Topic of the images (default: ${DEFAULT-VALUE}).")
    private String topic;

    @About(Section.MODEL)
    @Option(
            names = "--from-file",
            paramLabel = "FILE",
            description = "Model file whose parameters a model without a checkpoint starts from (default: random"
                    + " parameters, drawn by --seed).")
    private Optional<Path> fromFile = Optional.empty();

    @About(Section.MODEL)
    @Option(
            names = "--probe",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description =
                    "Predict the labels from each hidden layer while the model learns, for which a step takes some per"
                            + " cent longer (default: yes).")
    private boolean probe;

    @About(Section.CHECKPOINTS)
    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            defaultValue = "sparsestream-state",
            description =
                    "Directory of the checkpoint, which also identifies this trainer (default: ${DEFAULT-VALUE}).")
    private Path stateDirectory;

    @ArgGroup
    private TrainUntil until = new TrainUntil();

    @Mixin
    private HttpOptions http;

    @Mixin
    private ControlOption control;

    @Mixin
    private EngineOption engine;

    @Mixin
    private PerKeyOptions perKey;

    @Mixin
    private InputOptions input;

    /** What either way of training begins with: the trainer's settings, and a model without a checkpoint. */
    private record Start(
            TrainerSettings settings,
            Architecture architecture,
            Supplier<MatrixProduct> products,
            Function<MatrixProduct, Learner> newLearner) {
        /** Of one model; thousands by key would keep and store as many measures. */
        Learner newMeasuredLearner(boolean probe) {
            MatrixProduct product = products.get();
            return ScaledLearner.of(
                    new MeasuredLearner(newLearner.apply(product), probe ? Optional.of(product) : Optional.empty()));
        }
    }

    @Override
    public Integer call() throws Exception {
        model = name.orElse(input.isOfVectors() ? VECTORS : ModelChoice.DEFAULT);
        if (perKey.isGiven()) {
            trainForEachKey();
        } else {
            trainOne();
        }
        return 0;
    }

    private void trainOne() throws Exception {
        until.check();
        ModelChoice choice = choice();
        Start start = start(choice, choice.architecture());
        Map<String, Object> properties = start.settings().kafka();
        TrainedImages trained = new TrainedImages();
        try (StateDirectory taken = takeStateDirectory(properties);
                TrainingLog log = new TrainingLog(model, topic);
                LiveSite site = LiveSite.start(http, control, Set.of(model));
                AutoCloseable hook = Shutdown.closing(site)) {
            site.connect(properties);
            Trainer trainer = site.add(
                    model,
                    Trainer.start(
                            start.settings(),
                            () -> start.newMeasuredLearner(probe),
                            site.listener(model, start.settings().task())
                                    .and(trained)
                                    .and(log)));
            log().info("training model {} from topic {}; live page at {}", model, topic, site.url());
            log.start(trainer);
            until.steps().ifPresent(steps -> site.plan(model, steps));
            if (until.isGiven()) {
                RunMetrics run = new RunMetrics(site.registry(), List.of(model));
                until.await(start.settings(), trainer, trained);
                run.finish();
            } else {
                trainer.failed().get();
            }
        }
    }

    private void trainForEachKey() throws Exception {
        if (control.isAllowed() || until.isGiven()) {
            throw new IllegalArgumentException("--model-per-key and "
                    + (control.isAllowed() ? "--allow-control" : "--steps or --until-caught-up")
                    + " cannot be given together");
        }
        PerKey keys = perKey.perKey();
        Start start = start(choice(), PerKeyOptions.LAYERS);
        Map<String, Object> properties = start.settings().kafka();
        MatrixProduct product = start.products().get(); // one for all models: one thread trains them, one at a time
        try (StateDirectory taken = takeStateDirectory(properties);
                TrainingLog log = new TrainingLog(model, topic);
                Site site = Site.start(http, 1);
                AutoCloseable hook = Shutdown.closing(site)) {
            Trainer trainer = site.add(
                    model,
                    Trainer.startPerKey(
                            start.settings(),
                            keys,
                            () -> ScaledLearner.of(start.newLearner().apply(product)),
                            KeyedMetrics.of(site.registry(), model).and(log)));
            log().info(
                            "training a model {} of layers {} for each {} of topic {}; metrics at {}/metrics",
                            model,
                            start.architecture(),
                            keys.key(),
                            topic,
                            site.url());
            log.start(trainer);
            trainer.failed().get();
        }
    }

    /**
     * Checks all options, then loads the engine and waits for Kafka.
     *
     * @param layers unless others are given
     */
    private Start start(ModelChoice choice, Architecture layers)
            throws IOException, ExecutionException, InterruptedException {
        TopicName.check(topic, ModelName.check(model));
        InputFormat format = input.format();
        TrainerSettings settings = options.settings(kafka.toMap(), stateDirectory, model, topic, format);
        Supplier<MatrixProduct> products = engine.load();
        Architecture architecture =
                input.layers(hyperparameters, layers, () -> FirstRecord.inputs(kafka.connect(), topic, format));
        Hyperparameters chosen = hyperparameters.over(choice.hyperparameters(), architecture);
        input.checkScale(chosen);
        Optional<PublishedModel> file = fromFile(architecture, chosen, format);
        checkTopics(kafka.connect());
        return new Start(
                settings.withTimeToWrite(architecture),
                architecture,
                products,
                product -> file.map(found -> found.bareLearner(chosen, product))
                        .orElseGet(() -> new Autoencoder(architecture, chosen, product)));
    }

    private void checkTopics(Map<String, Object> properties) throws ExecutionException, InterruptedException {
        TopicCheck.requireDistinct(properties, List.of(topic), List.of(model));
        TopicCheck.requireSameImages(properties, model, topic);
    }

    private StateDirectory takeStateDirectory(Map<String, Object> properties)
            throws ExecutionException, InterruptedException {
        return StateDirectory.take(stateDirectory, new Topics(model).applicationId(), properties);
    }

    /** The model that is named to start from; empty if the weights are drawn by the seed. */
    private Optional<PublishedModel> fromFile(Architecture architecture, Hyperparameters chosen, InputFormat format)
            throws IOException {
        if (fromFile.isEmpty()) {
            return Optional.empty();
        }
        Path file = fromFile.get();
        PublishedModel found = ModelFile.read(file).model();
        if (!found.architecture().equals(architecture)) {
            throw new CommandException(
                    file + " has layers " + found.architecture() + ", not " + architecture + ": give them by --layers");
        }
        if (!found.hasKind(chosen)) {
            throw new CommandException(file + " has the " + kind(found.hyperparameters()) + ", not the " + kind(chosen)
                    + ": give them by --activation, --output and --scale");
        }
        List<String> fields = found.manifest().inputFormat().fields();
        if (!fields.isEmpty() && !fields.equals(format.fields())) {
            throw new CommandException(
                    file + " has the fields " + String.join(",", fields) + ": give them by --fields");
        }
        log().info(
                        "model {} starts from {} (model {} at step {}), unless it has a checkpoint",
                        model,
                        file,
                        found.manifest().model(),
                        found.step());
        return Optional.of(found);
    }

    private static String kind(Hyperparameters of) {
        return "activation " + of.activationText() + ", output " + of.output() + " and scale "
                + of.scale().shape();
    }

    private ModelChoice choice() {
        return preset.map(ModelChoice::of)
                .orElseGet(() -> ModelChoice.named(model, input.isOfVectors() ? VECTORS : ModelChoice.DEFAULT));
    }

    /** Not kept, since to begin logging takes longer than a help. */
    private static Logger log() {
        return LoggerFactory.getLogger(TrainCommand.class);
    }
}
