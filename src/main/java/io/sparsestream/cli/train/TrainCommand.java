package io.sparsestream.cli.train;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sparsestream.application.Health;
import io.sparsestream.cli.option.ControlOption;
import io.sparsestream.cli.option.EngineOption;
import io.sparsestream.cli.option.HttpOptions;
import io.sparsestream.cli.option.HyperparameterOptions;
import io.sparsestream.cli.option.KafkaOptions;
import io.sparsestream.cli.option.ModelChoice;
import io.sparsestream.cli.option.ModelName;
import io.sparsestream.cli.option.PerKeyOptions;
import io.sparsestream.cli.option.StateDirectory;
import io.sparsestream.cli.option.TopicCheck;
import io.sparsestream.cli.option.TopicName;
import io.sparsestream.cli.option.TrainerOptions;
import io.sparsestream.cli.terminal.CommandException;
import io.sparsestream.cli.terminal.Shutdown;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.MatrixProduct;
import io.sparsestream.message.PublishedModel;
import io.sparsestream.metrics.KeyedMetrics;
import io.sparsestream.metrics.Meters;
import io.sparsestream.metrics.RunMetrics;
import io.sparsestream.metrics.StreamMetrics;
import io.sparsestream.metrics.TrainingMetrics;
import io.sparsestream.model.ModelFile;
import io.sparsestream.stream.keyed.PerKey;
import io.sparsestream.topic.ControlTopic;
import io.sparsestream.topic.Topics;
import io.sparsestream.trainer.Trainer;
import io.sparsestream.trainer.TrainerSettings;
import io.sparsestream.web.HealthRoutes;
import io.sparsestream.web.HttpServer;
import io.sparsestream.web.LivePage;
import io.sparsestream.web.MetricsRoutes;
import io.sparsestream.web.ModelFeed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
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
    private static final Logger LOG = LoggerFactory.getLogger(TrainCommand.class);

    @Mixin
    private KafkaOptions kafka;

    @Mixin
    private HyperparameterOptions hyperparameters;

    @Mixin
    private TrainerOptions options;

    @Option(
            names = "--model",
            defaultValue = "sparse",
            description = "The model's name, in its topics and its application id (default: ${DEFAULT-VALUE}).")
    private String model;

    @Option(
            names = "--preset",
            paramLabel = "PRESET|FILE",
            description = "Hyperparameters to start from: a preset (sparse, plain, sharp), or a properties or JSON file"
                    + " (default: the preset of the model's name if there is one, else sparse).")
    private String preset;

    @Option(names = "--topic", defaultValue = Topics.IMAGES, description = "Images (default: ${DEFAULT-VALUE}).")
    private String topic;

    @Option(
            names = "--from-file",
            paramLabel = "FILE",
            description = "Starts from the parameters of a model file; no more than that once there is a checkpoint.")
    private Path fromFile;

    @Option(
            names = "--state-dir",
            defaultValue = "sparsestream-state",
            description = "The checkpoint on disk, and what identifies this instance (default: ${DEFAULT-VALUE}).")
    private Path stateDirectory;

    @ArgGroup
    private TrainUntil until;

    @Mixin
    private HttpOptions http;

    @Mixin
    private ControlOption control;

    @Mixin
    private EngineOption engine;

    @Mixin
    private PerKeyOptions perKey;

    @Override
    public Integer call() throws Exception {
        return perKey.isGiven() ? trainPerKey() : train();
    }

    private int train() throws Exception {
        if (until != null) {
            until.check();
        }
        Hyperparameters chosen = hyperparameters.over(preset());
        Architecture architecture = hyperparameters.architecture();
        PublishedModel start = start(architecture);
        Map<String, Object> properties = kafka.toMap();
        TopicName.check(topic, ModelName.check(model));
        TrainerSettings settings = options.settings(properties, stateDirectory, model, topic);
        checkTopics(kafka.connect());
        PrometheusMeterRegistry registry = Meters.create();
        AtomicReference<Trainer> running = new AtomicReference<>();
        LivePage livePage = LivePage.start(List.of(model), control.isAllowed());
        ModelFeed feed = livePage.feed(model);
        HealthRoutes health = new HealthRoutes(() -> health(running.get()));
        TrainedImages trained = new TrainedImages();
        try (StateDirectory taken = takeStateDirectory(properties);
                ControlTopic steering = control.isAllowed() ? new ControlTopic(properties) : null;
                HttpServer server = http.start(
                        livePage,
                        new MetricsRoutes(registry),
                        health,
                        control.routes(Set.of(model), (name, said) -> steering.send(name, said)));
                AutoCloseable page = livePage;
                Trainer trainer = Trainer.start(
                        settings,
                        () -> start == null
                                ? new Autoencoder(architecture, chosen, engine.newProduct())
                                : start.learner(chosen, engine.newProduct()),
                        new TrainingMetrics(registry, model)
                                .and(new FirstStep(model))
                                .and(trained)
                                .and(feed))) {
            running.set(trainer);
            feed.watch(trainer);
            try (AutoCloseable bound = new StreamMetrics(registry, model, trainer);
                    AutoCloseable hook = Shutdown.closing(trainer)) {
                LOG.info("training model {} from topic {}; live page at {}/", model, topic, http.url(server));
                if (until == null) {
                    trainer.failed().get();
                } else {
                    RunMetrics run = new RunMetrics(registry, List.of(model));
                    until.await(
                            properties,
                            model,
                            topic,
                            trainer,
                            trained,
                            settings.sync().timeout());
                    run.finish();
                }
            }
        }
        return 0;
    }

    private int trainPerKey() throws Exception {
        if (control.isAllowed() || until != null) {
            throw new IllegalArgumentException("--model-per-key and "
                    + (control.isAllowed() ? "--allow-control" : "--steps or --until-caught-up")
                    + " are mutually exclusive");
        }
        PerKey keys = perKey.perKey();
        Hyperparameters chosen = hyperparameters.over(preset(), PerKeyOptions.LAYERS);
        Architecture architecture = hyperparameters.architecture(PerKeyOptions.LAYERS);
        PublishedModel start = start(architecture);
        Map<String, Object> properties = kafka.toMap();
        TopicName.check(topic, ModelName.check(model));
        TrainerSettings settings = options.settings(properties, stateDirectory, model, topic);
        checkTopics(kafka.connect());
        PrometheusMeterRegistry registry = Meters.create();
        AtomicReference<Trainer> running = new AtomicReference<>();
        HealthRoutes health = new HealthRoutes(() -> health(running.get()));
        MatrixProduct product = engine.newProduct(); // one for all models: one thread trains them, one at a time
        try (StateDirectory taken = takeStateDirectory(properties);
                HttpServer server = http.start(new MetricsRoutes(registry), health);
                Trainer trainer = Trainer.startPerKey(
                        settings,
                        keys,
                        () -> start == null
                                ? new Autoencoder(architecture, chosen, product)
                                : start.learner(chosen, product),
                        KeyedMetrics.of(registry, model))) {
            running.set(trainer);
            try (AutoCloseable bound = new StreamMetrics(registry, model, trainer);
                    AutoCloseable hook = Shutdown.closing(trainer)) {
                LOG.info(
                        "training a model {} of layers {} for each {} of topic {}; metrics at {}/metrics",
                        model,
                        architecture,
                        keys.key(),
                        topic,
                        http.url(server));
                trainer.failed().get();
            }
        }
        return 0;
    }

    private static Health health(Trainer running) {
        return running == null ? Health.STARTING : running.health();
    }

    private void checkTopics(Map<String, Object> properties) throws ExecutionException, InterruptedException {
        TopicCheck.requireDistinct(properties, List.of(topic), List.of(model));
        TopicCheck.requireSameImages(properties, model, topic);
    }

    private StateDirectory takeStateDirectory(Map<String, Object> properties)
            throws ExecutionException, InterruptedException {
        return StateDirectory.take(stateDirectory, new Topics(model).applicationId(), properties);
    }

    /** What a model without a checkpoint begins with, or null if that is for the seed to say. */
    private PublishedModel start(Architecture architecture) throws IOException {
        if (fromFile == null) {
            return null;
        }
        PublishedModel start = ModelFile.read(fromFile).model();
        if (!start.architecture().equals(architecture)) {
            throw new CommandException(fromFile + " has layers " + start.architecture() + ", not " + architecture
                    + ": give them by --layers");
        }
        LOG.info(
                "model {} starts from {} (model {} at step {}), unless it has a checkpoint",
                model,
                fromFile,
                start.manifest().model(),
                start.step());
        return start;
    }

    private Hyperparameters preset() {
        if (preset != null) {
            return ModelChoice.of(preset).hyperparameters();
        }
        return Hyperparameters.presetOr(model, Hyperparameters.SPARSE);
    }
}
