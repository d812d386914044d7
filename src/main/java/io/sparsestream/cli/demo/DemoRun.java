package io.sparsestream.cli.demo;

import io.sparsestream.cli.model.ReferenceTable;
import io.sparsestream.cli.option.TopicCheck;
import io.sparsestream.cli.option.TrainerOptions;
import io.sparsestream.cli.terminal.CommandException;
import io.sparsestream.cli.terminal.ProgressBar;
import io.sparsestream.cli.terminal.Resources;
import io.sparsestream.cli.terminal.Terminal;
import io.sparsestream.cli.train.LiveSite;
import io.sparsestream.compare.ProbeReport;
import io.sparsestream.compare.TestReport;
import io.sparsestream.compare.TestSet;
import io.sparsestream.dataset.Dataset;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Evaluation;
import io.sparsestream.learn.LayerMeasures;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MatrixProduct;
import io.sparsestream.learn.MeasuredLearner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.Reconstructor;
import io.sparsestream.learn.ScaledLearner;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.PublishedModel;
import io.sparsestream.metrics.RunMetrics;
import io.sparsestream.topic.ModelTopic;
import io.sparsestream.topic.NotPublishedException;
import io.sparsestream.topic.TopicSetup;
import io.sparsestream.topic.Topics;
import io.sparsestream.trainer.Trainer;
import io.sparsestream.trainer.TrainerSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The demo on a broker that is up and a site that is served: its models, its replay, its report. */
final class DemoRun implements AutoCloseable {
    private static final long AHEAD = 12_000;
    private static final int POLL_MILLIS = 100;

    private static final String SELECTIVE = "selective"; // the preset

    private final DemoPlan plan;
    private final Path directory;
    private final Map<String, Object> kafka;
    private final LiveSite site;
    private final TrainerOptions options;
    private final Supplier<MatrixProduct> products;
    private final RunMetrics metrics;
    private final Terminal out = Terminal.out();
    private final List<Learning> models = new ArrayList<>();
    private final Resources open = new Resources();

    /** A model that is being learned: how far it has come, and how far its reconstructions. */
    private record Learning(DemoModel progress, ReconstructionCount count, Trainer trainer) {
        String name() {
            return progress.name();
        }

        /** Images that it has been trained on, or that were passed over since they were no longer there. */
        long position() {
            return count.start() + progress.trained();
        }
    }

    /**
     * @param directory for the trainers' state
     * @param servers the broker's
     * @param products of the engine
     */
    DemoRun(
            DemoPlan plan,
            Path directory,
            String servers,
            LiveSite site,
            TrainerOptions options,
            Supplier<MatrixProduct> products) {
        this.plan = plan;
        this.directory = directory;
        this.kafka = Map.of("bootstrap.servers", servers);
        this.site = site;
        this.options = options;
        this.products = products;
        metrics = new RunMetrics(site.registry(), plan.models().keySet());
        System.err.println("broker on " + servers);
        System.err.println("live page on " + site.url());
    }

    void startModels() throws Exception {
        site.connect(kafka);
        int number = plan.models().size();
        TopicCheck.requireDistinct(kafka, List.of(), List.copyOf(plan.models().keySet()));
        System.err.println("starting " + (number == 1 ? "the trainer" : number + " trainers") + " ...");
        for (Map.Entry<String, DemoPlan.Model> model : plan.models().entrySet()) {
            models.add(start(model.getKey(), model.getValue()));
        }
    }

    private Learning start(String model, DemoPlan.Model planned) throws Exception {
        Topics topics = new Topics(model);
        TopicSetup.createImages(kafka, Topics.IMAGES, plan.partitions());
        TopicSetup.createAll(kafka, Topics.IMAGES, topics);
        ReconstructionCount count =
                open.add(new ReconstructionCount(kafka, topics.reconstructions(), plan.partitions()));
        DemoModel progress = new DemoModel(model, line -> System.err.println(line), Terminal.err());
        if (count.start() > 0) {
            recall(progress, count);
        }
        TrainerSettings settings = options.settings(
                        kafka, directory.resolve("state"), model, Topics.IMAGES, InputFormat.AUTO)
                .withTimeToWrite(planned.architecture());
        Trainer trainer = Trainer.start(
                settings,
                () -> newLearner(planned),
                site.listener(model, settings.task()).and(progress));
        site.plan(model, plan.imagesInBatches(model) / planned.hyperparameters().batch());
        return new Learning(progress, count, site.add(model, trainer));
    }

    private Learner newLearner(DemoPlan.Model planned) {
        MatrixProduct product = products.get();
        return ScaledLearner.of(new MeasuredLearner(
                new Autoencoder(planned.architecture(), planned.hyperparameters(), product), product));
    }

    /** What an earlier run on the same directory has left. */
    private void recall(DemoModel model, ReconstructionCount count) {
        long before;
        try {
            before = ModelTopic.read(kafka, model.name()).step();
        } catch (NotPublishedException e) {
            return; // it was killed before that
        }
        // The replicas' own steps are not those of all together.
        model.recall(
                plan.partitions() == 1 ? PastLosses.read(kafka, new Topics(model.name()).activations()) : Map.of());
        System.err.printf(
                Locale.ROOT,
                "%s has made %,d steps in %s before%s%n",
                model.name(),
                before,
                directory,
                count.start() >= plan.images() ? ": nothing is left to do" : " and goes on");
    }

    /** @param rate images per second, 0 for as many as the models take */
    void train(Dataset dataset, double rate) throws Exception {
        long target = plan.images();
        DemoReplay replay = open.add(
                new DemoReplay(kafka, plan.partitions(), dataset, plan.first().seed(), target, rate, this::mayAdvance));
        // Where nobody looks, the lines of progress are enough.
        try (ProgressBar bar = open.add(new ProgressBar("training", "steps", plan.steps()))) {
            while (!site.health().ready() || !isDone(target)) {
                site.requireNoFailure();
                replay.check();
                bar.at(Math.min(plan.steps(), position() / plan.first().batch()), site.url());
                Thread.sleep(POLL_MILLIS);
            }
        }
    }

    /** Images that every model has got behind it. */
    private long position() {
        return models.stream().mapToLong(Learning::position).min().orElseThrow();
    }

    /** Holds the replay back, so that retention never deletes what a model has yet to learn from. */
    private boolean mayAdvance(long position) {
        return position < position() + AHEAD;
    }

    private boolean isDone(long target) {
        for (Learning model : models) {
            if (model.count().hasFailed()) {
                throw new CommandException("reading the reconstructions of " + model.name() + " has failed");
            }
            if (model.count().end() < target) {
                return false;
            }
        }
        return true;
    }

    /**
     * Prints what has come of it, and shows it on the page.
     *
     * @param probe whether each layer is to be probed
     * @param summary the file for the same as JSON
     */
    void report(Dataset train, Dataset test, boolean probe, Optional<Path> summary) throws Exception {
        Map<String, Summary.Model> results = new LinkedHashMap<>();
        Map<String, TestReport> tests = new LinkedHashMap<>();
        for (Learning model : models) {
            PublishedModel published = awaitPublished(model);
            Reconstructor trained = published.inference(products.get());
            List<LayerMeasures> measures = LayerMeasures.of(trained);
            Evaluation evaluation = Evaluation.of(
                    trained, test.images(), test.labelTexts(MiniBatch.UNLABELLED), LayerMeasures.into(measures));
            TestReport report =
                    TestReport.of(evaluation.losses().mse(), LayerMeasures.summaries(trained.architecture(), measures));
            if (probe) {
                System.err.println("probing the layers of " + model.name() + " ...");
                report = report.withProbeErrors(
                        ProbeReport.errors(trained, TestSet.of(train), TestSet.of(test), products));
            }
            tests.put(model.name(), report);
            long count = model.count().count();
            results.put(model.name(), Summary.of(model.progress(), count, evaluation, report, published));
            System.out.println();
            System.out.print(out.text(ReferenceTable.of(
                    model.name(),
                    published,
                    List.of(train, test),
                    model.progress().historyToLast(),
                    evaluation)));
            System.out.println(result(model.progress(), published, count));
        }
        System.out.println();
        System.out.print(out.text(TestReport.table(tests)));
        if (summary.isPresent()) {
            new Summary(results).write(summary.get());
            System.out.println("summary in " + summary.get());
        }
        if (!plan.models().containsKey(SELECTIVE)) {
            System.out.println("next: --models plain,sparse,selective shows units that each answer to few digits");
        }
        results.forEach((model, result) -> site.finish(model, result.figures()));
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

    /** The last checkpoint comes when the stream has been idle for the checkpoint interval. */
    private PublishedModel awaitPublished(Learning model) throws Exception {
        while (true) {
            PublishedModel published = ModelTopic.read(kafka, model.name());
            // By the offset: the step may have been set back meanwhile. Of several partitions a model has none.
            if (plan.partitions() == 1
                    ? published.manifest().nextOffset() >= plan.imagesInBatches(model.name())
                    : published.manifest().images() >= model.progress().images()) {
                return published;
            }
            if (model.trainer().failed().isDone()) {
                model.trainer().failed().get();
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    /** Leaves page and broker to those who look at them, until a trainer fails or the process is told to stop. */
    void stay() throws Exception {
        System.err.println();
        System.err.println("the live page stays on " + site.url());
        System.err.println("and the broker on " + kafka.get("bootstrap.servers") + ", until Ctrl-C");
        while (true) {
            site.requireNoFailure();
            Thread.sleep(POLL_MILLIS);
        }
    }

    @Override
    public void close() throws Exception {
        open.close();
    }
}
