package io.sparsestream.cli.demo;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sparsestream.application.Health;
import io.sparsestream.broker.EmbeddedBroker;
import io.sparsestream.cli.model.ReferenceTable;
import io.sparsestream.cli.option.ControlOption;
import io.sparsestream.cli.option.DataOptions;
import io.sparsestream.cli.option.EngineOption;
import io.sparsestream.cli.option.HttpOptions;
import io.sparsestream.cli.option.HyperparameterOptions;
import io.sparsestream.cli.option.ModelChoice;
import io.sparsestream.cli.option.TopicCheck;
import io.sparsestream.cli.option.TrainerOptions;
import io.sparsestream.cli.terminal.CommandException;
import io.sparsestream.cli.terminal.ProgressBar;
import io.sparsestream.cli.terminal.Shutdown;
import io.sparsestream.cli.terminal.Terminal;
import io.sparsestream.cli.train.FirstStep;
import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Evaluation;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.message.PublishedModel;
import io.sparsestream.metrics.Meters;
import io.sparsestream.metrics.RunMetrics;
import io.sparsestream.metrics.StreamMetrics;
import io.sparsestream.metrics.TrainingMetrics;
import io.sparsestream.topic.ControlTopic;
import io.sparsestream.topic.ModelTopic;
import io.sparsestream.topic.NotPublishedException;
import io.sparsestream.topic.TopicSetup;
import io.sparsestream.topic.Topics;
import io.sparsestream.trainer.Trainer;
import io.sparsestream.web.HealthRoutes;
import io.sparsestream.web.HttpServer;
import io.sparsestream.web.LivePage;
import io.sparsestream.web.MetricsRoutes;
import io.sparsestream.web.ModelFeed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.utils.Utils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Everything in one process: broker, replay, one trainer per model; ends with the results. */
@Command(
        name = "demo",
        description = "Embedded broker, replay and training in one process; ends with a table of the results.")
public final class DemoCommand implements Callable<Integer> {
    @Mixin
    private HyperparameterOptions hyperparameters;

    @Mixin
    private TrainerOptions options;

    @Option(
            names = "--steps",
            defaultValue = "20000",
            description = "Training steps of the first model (default: ${DEFAULT-VALUE}).")
    private long steps;

    @Option(
            names = "--models",
            defaultValue = "sparse",
            split = ",",
            paramLabel = "PRESET|FILE",
            description = "Models to train side by side: presets (sparse, plain, sharp), and properties or JSON files"
                    + " of hyperparameters (default: ${DEFAULT-VALUE}).")
    private List<String> models;

    @Option(
            names = "--partitions",
            defaultValue = "1",
            paramLabel = "P",
            description = "Partitions of the images topic: so many replicas learn each model"
                    + " (default: ${DEFAULT-VALUE}).")
    private int partitions;

    @Mixin
    private DataOptions data;

    @Mixin
    private HttpOptions http;

    @Mixin
    private ControlOption control;

    @Mixin
    private EngineOption engine;

    @Option(
            names = "--broker-port",
            defaultValue = "0",
            description = "Port of the embedded broker on loopback; 0 for a free one (default: ${DEFAULT-VALUE}).")
    private int brokerPort;

    @Option(
            names = "--dir",
            description = "Keeps the broker's data and the models there, and goes on from them when run again"
                    + " (default: a temporary directory, removed at the end).")
    private Path directory;

    @Option(names = "--summary", description = "File for the results as JSON.")
    private Path summary;

    @Option(
            names = "--exit",
            description = "Ends after the results in a terminal, too, instead of keeping the live page until Ctrl-C.")
    private boolean exit;

    private final Terminal out = Terminal.out();
    private final Terminal err = Terminal.err();

    @Override
    public Integer call() throws Exception {
        if (steps < 1) {
            throw new IllegalArgumentException("--steps must be at least 1, not " + steps);
        }
        if (partitions < 1) {
            throw new IllegalArgumentException("--partitions must be at least 1, not " + partitions);
        }
        Architecture architecture = hyperparameters.architecture();
        Map<String, Hyperparameters> chosen = new LinkedHashMap<>();
        for (String model : new LinkedHashSet<>(models)) {
            ModelChoice choice = ModelChoice.of(model);
            if (chosen.put(choice.name(), hyperparameters.over(choice.hyperparameters())) != null) {
                throw new IllegalArgumentException("two models are called " + choice.name() + ": rename a file");
            }
        }
        requireDistinct(chosen.keySet());
        if (summary != null
                && summary.toAbsolutePath().getParent() != null
                && !Files.isDirectory(summary.toAbsolutePath().getParent())) {
            throw new CommandException("--summary " + summary + ": its directory does not exist");
        }
        // Threads have the priority of the thread that makes them: all but the training and stream threads, which set
        // their own.
        Thread.currentThread().setPriority(Thread.MIN_PRIORITY);
        Path work = directory == null ? Files.createTempDirectory("sparsestream-") : directory;
        DemoRun run = new DemoRun(work, architecture, chosen);
        AutoCloseable cleanup = () -> {
            run.close();
            if (directory == null) {
                Utils.delete(work.toFile());
            }
        };
        try (cleanup;
                AutoCloseable hook = Shutdown.closing(cleanup)) {
            run.startBroker();
            Dataset train = read(Split.TRAIN, architecture);
            Dataset test = read(Split.TEST, architecture);
            run.startModels();
            run.train(train);
            run.report(train, test);
            if (out.isInteractive() && !exit) {
                run.stay();
            }
        }
        return 0;
    }

    /** Kafka takes dots and underscores in topics' names for one another. */
    private static void requireDistinct(Set<String> names) {
        Map<String, String> spelled = new HashMap<>();
        for (String name : names) {
            String other = spelled.put(name.replace('.', '_'), name);
            if (other != null) {
                throw new IllegalArgumentException("models " + other + " and " + name + " cannot stand side by side,"
                        + " since Kafka takes dots and underscores for one another: rename a file");
            }
        }
    }

    private Dataset read(Split split, Architecture architecture) throws IOException {
        Dataset dataset = data.read(split);
        DataOptions.checkFits(dataset, architecture);
        return dataset;
    }

    /** What runs while the demo runs; closed in the opposite order. */
    private final class DemoRun implements AutoCloseable {
        private static final long AHEAD = 12_000;
        private static final int POLL_MILLIS = 100;

        private final Path work;
        private final Architecture architecture;
        private final Map<String, Hyperparameters> chosen;
        private final List<AutoCloseable> open = new ArrayList<>();
        private final Map<String, DemoModel> progress = new LinkedHashMap<>();
        private final Map<String, Trainer> trainers = new LinkedHashMap<>();
        private final Map<String, ReconstructionCount> counts = new LinkedHashMap<>();
        private CompletableFuture<EmbeddedBroker> broker;
        private final CompletableFuture<ControlTopic> steering =
                new CompletableFuture<>(); // from the broker's start on
        private LivePage livePage;
        private String page; // its address
        private RunMetrics metrics;
        private Map<String, Object> kafka;

        DemoRun(Path work, Architecture architecture, Map<String, Hyperparameters> chosen) {
            this.work = work;
            this.architecture = architecture;
            this.chosen = chosen;
        }

        /** The broker, and the engine's native library, on threads of their own: meanwhile the datasets are read. */
        void startBroker() {
            broker = background("broker-start", () -> EmbeddedBroker.start(work.resolve("broker"), brokerPort));
            opened(() -> {
                if (!broker.handle((started, failure) -> failure != null).join()) {
                    broker.join().close();
                }
            });
            background("engine-start", engine::newProduct);
        }

        private static <T> CompletableFuture<T> background(String name, Callable<T> work) {
            CompletableFuture<T> result = new CompletableFuture<>();
            new Thread(
                            () -> {
                                try {
                                    result.complete(work.call());
                                } catch (Exception e) {
                                    result.completeExceptionally(e);
                                }
                            },
                            name)
                    .start();
            return result;
        }

        void startModels() throws Exception {
            PrometheusMeterRegistry registry = Meters.create();
            metrics = new RunMetrics(registry, chosen.keySet());
            livePage = LivePage.start(chosen.keySet(), control.isAllowed());
            HttpServer server = opened(http.start(
                    livePage,
                    new MetricsRoutes(registry),
                    new HealthRoutes(this::health),
                    control.routes(
                            chosen.keySet(), (model, said) -> steering.get().send(model, said))));
            opened(livePage);
            System.err.println("starting the broker ...");
            String servers = broker.get().bootstrapServers();
            kafka = Map.of("bootstrap.servers", servers);
            if (control.isAllowed()) {
                steering.complete(opened(new ControlTopic(kafka)));
            }
            page = http.url(server) + "/";
            System.err.println("broker on " + servers);
            System.err.println("live page on " + page);
            TopicCheck.requireDistinct(kafka, List.of(), List.copyOf(chosen.keySet()));
            System.err.println(
                    "starting " + (chosen.size() == 1 ? "the trainer" : chosen.size() + " trainers") + " ...");
            for (Map.Entry<String, Hyperparameters> model : chosen.entrySet()) {
                startModel(model.getKey(), model.getValue(), registry);
            }
        }

        private void startModel(String model, Hyperparameters values, PrometheusMeterRegistry registry)
                throws Exception {
            TopicSetup.createImages(kafka, Topics.IMAGES, partitions);
            TopicSetup.createAll(kafka, Topics.IMAGES, new Topics(model));
            ReconstructionCount count =
                    opened(new ReconstructionCount(kafka, new Topics(model).reconstructions(), partitions));
            counts.put(model, count);
            DemoModel watched = new DemoModel(model, line -> System.err.println(line), err);
            progress.put(model, watched);
            if (count.start() > 0) {
                recall(watched);
            }
            ModelFeed feed = livePage.feed(model);
            Trainer trainer = opened(Trainer.start(
                    options.settings(kafka, work.resolve("state"), model, Topics.IMAGES),
                    () -> new Autoencoder(architecture, values, engine.newProduct()),
                    new TrainingMetrics(registry, model)
                            .and(watched)
                            .and(new FirstStep(model))
                            .and(feed)));
            feed.watch(trainer);
            trainers.put(model, trainer);
            opened(new StreamMetrics(registry, model, trainer));
        }

        /** What an earlier run on the same directory has left. */
        private void recall(DemoModel model) {
            long before;
            try {
                before = ModelTopic.read(kafka, model.name()).step();
            } catch (NotPublishedException e) {
                return; // it was killed before that
            }
            // The replicas' own steps are not those of all together.
            Map<Long, Double> losses =
                    partitions == 1 ? PastLosses.read(kafka, new Topics(model.name()).activations()) : Map.of();
            model.recall(losses);
            boolean done = counts.get(model.name()).start() >= images();
            System.err.printf(
                    Locale.ROOT,
                    "%s has made %,d steps in %s before%s%n",
                    model.name(),
                    before,
                    directory,
                    done ? ": nothing is left to do" : " and goes on");
        }

        private <T extends AutoCloseable> T opened(T resource) {
            open.add(resource);
            return resource;
        }

        private Health health() {
            return trainers.size() < chosen.size()
                    ? Health.STARTING
                    : Health.of(trainers.values().stream().map(Trainer::health).toList());
        }

        void train(Dataset dataset) throws Exception {
            Hyperparameters first = chosen.values().iterator().next();
            long target = images();
            DemoReplay replay =
                    opened(new DemoReplay(kafka, partitions, dataset, first.seed(), target, this::mayAdvance));
            // Where nobody looks, the lines of progress are enough.
            try (ProgressBar bar = opened(new ProgressBar("training", "steps", steps))) {
                while (!health().ready() || !isDone(target)) {
                    requireNoFailure();
                    replay.check();
                    bar.at(Math.min(steps, position() / first.batch()), page);
                    Thread.sleep(POLL_MILLIS);
                }
            }
        }

        private void requireNoFailure() throws Exception {
            for (Trainer trainer : trainers.values()) {
                if (trainer.failed().isDone()) {
                    trainer.failed().get();
                }
            }
        }

        /** Images to train on: those of the first model's steps. */
        private long images() {
            return steps * chosen.values().iterator().next().batch();
        }

        /** Images that each model has been trained on, or passed over since they were no longer there. */
        private long position() {
            return progress.values().stream()
                    .mapToLong(model -> counts.get(model.name()).start() + model.trained())
                    .min()
                    .orElseThrow();
        }

        /** Holds the replay back, so that retention never deletes what a model has yet to learn from. */
        private boolean mayAdvance(long position) {
            return position < position() + AHEAD;
        }

        private boolean isDone(long target) {
            for (Map.Entry<String, ReconstructionCount> count : counts.entrySet()) {
                if (count.getValue().hasFailed()) {
                    throw new CommandException("reading the reconstructions of " + count.getKey() + " has failed");
                }
                if (count.getValue().end() < target) {
                    return false;
                }
            }
            return true;
        }

        void report(Dataset train, Dataset test) throws Exception {
            Map<String, Summary.Model> results = new LinkedHashMap<>();
            for (DemoModel model : progress.values()) {
                PublishedModel published = awaitPublished(model);
                Evaluation evaluation = Evaluation.of(published.learner(engine.newProduct()), test.images());
                long count = counts.get(model.name()).count();
                results.put(model.name(), Summary.of(model, count, evaluation, published));
                System.out.println();
                System.out.print(out.text(ReferenceTable.of(
                        model.name(), published, List.of(train, test), model.historyToLast(), evaluation)));
                System.out.println(result(model, published, count));
            }
            if (summary != null) {
                new Summary(results).write(summary);
                System.out.println("summary in " + summary);
            }
            results.forEach((model, result) -> livePage.feed(model).finish(result.figures()));
            metrics.finish();
        }

        private String result(DemoModel model, PublishedModel published, long count) {
            String images = String.format(
                    Locale.ROOT,
                    "%s: %,d steps, %,d images, %,d reconstructions,",
                    model.name(),
                    published.step(),
                    published.manifest().images(),
                    count);
            String rest = String.format(
                    Locale.ROOT,
                    " %,d dead letters, %.0f s, %.0f steps/s",
                    model.deadLetters(),
                    model.seconds(),
                    model.stepsPerSecond());
            return images + (out.fits(images.length() + rest.length()) ? "" : System.lineSeparator()) + rest;
        }

        /** For those who look at the page, which would be gone else. */
        void stay() throws Exception {
            System.err.println();
            System.err.println("the live page stays on " + page);
            System.err.println("and the broker on " + kafka.get("bootstrap.servers") + ", until Ctrl-C");
            while (true) {
                requireNoFailure();
                Thread.sleep(POLL_MILLIS);
            }
        }

        /** The last checkpoint comes when the stream has been idle for the checkpoint interval. */
        private PublishedModel awaitPublished(DemoModel model) throws Exception {
            int batch = chosen.get(model.name()).batch();
            long end = images() / batch * batch;
            while (true) {
                PublishedModel published = ModelTopic.read(kafka, model.name());
                // By the offset: the step may have been set back meanwhile. Of several partitions a model has none.
                if (partitions == 1
                        ? published.manifest().nextOffset() >= end
                        : published.manifest().images() >= model.images()) {
                    return published;
                }
                if (trainers.get(model.name()).failed().isDone()) {
                    trainers.get(model.name()).failed().get();
                }
                Thread.sleep(POLL_MILLIS);
            }
        }

        @Override
        public synchronized void close() throws Exception {
            Exception failure = null;
            while (!open.isEmpty()) {
                try {
                    open.remove(open.size() - 1).close();
                } catch (Exception e) {
                    if (failure == null) {
                        failure = e;
                    } else {
                        failure.addSuppressed(e);
                    }
                }
            }
            if (failure != null) {
                throw failure;
            }
        }
    }
}
