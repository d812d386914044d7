package io.sparsestream.cli.demo;

import io.sparsestream.broker.EmbeddedBroker;
import io.sparsestream.cli.option.About;
import io.sparsestream.cli.option.ControlOption;
import io.sparsestream.cli.option.DataOptions;
import io.sparsestream.cli.option.EngineOption;
import io.sparsestream.cli.option.HttpOptions;
import io.sparsestream.cli.option.HyperparameterOptions;
import io.sparsestream.cli.option.OutputFile;
import io.sparsestream.cli.option.RateOption;
import io.sparsestream.cli.option.Section;
import io.sparsestream.cli.option.TrainerOptions;
import io.sparsestream.cli.terminal.Resources;
import io.sparsestream.cli.terminal.Shutdown;
import io.sparsestream.cli.terminal.Terminal;
import io.sparsestream.cli.train.LiveSite;
import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.MatrixProduct;
import io.sparsestream.learn.MiniBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Broker, replay and trainers in one process. */
@Command(
        name = "demo",
        description = "Embedded broker, replay and training in one process; ends with a table of the results.")
public final class DemoCommand implements Callable<Integer> {
    private static final int EXAMPLES = 120; // among so many is one of each digit

    @Mixin
    private HyperparameterOptions hyperparameters;

    @Mixin
    private TrainerOptions options;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "20000",
            description = "Training steps of the first model (default: ${DEFAULT-VALUE}).")
    private long steps;

    @Option(
            names = "--models",
            defaultValue = "sparse",
            split = ",",
            paramLabel = "PRESET|FILE",
            description =
                    "Models to train side by side: presets (sparse, plain, sharp, selective, dictionary), and properties or JSON files"
                            + " of hyperparameters (default: ${DEFAULT-VALUE}).")
    private List<String> models;

    @About(Section.REPLICAS)
    @Option(
            names = "--partitions",
            defaultValue = "1",
            paramLabel = "P",
            description =
                    "Partitions of the images topic; each model has a replica on each (default: ${DEFAULT-VALUE}).")
    private int partitions;

    @Mixin
    private RateOption rate;

    @Mixin
    private DataOptions data;

    @Mixin
    private HttpOptions http;

    @Mixin
    private ControlOption control;

    @Mixin
    private EngineOption engine;

    @About(Section.KAFKA)
    @Option(
            names = "--broker-port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "Port of the embedded broker on loopback; 0 takes a free one (default: ${DEFAULT-VALUE}).")
    private int brokerPort;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Keeps the broker's data and the models there; the next run goes on from them"
                    + " (default: a temporary directory, removed at the end).")
    private Optional<Path> directory = Optional.empty();

    @Option(
            names = "--summary",
            paramLabel = "FILE",
            description = "File for the results as JSON (default: not written).")
    private Optional<Path> summary = Optional.empty();

    @Option(
            names = "--probe",
            description =
                    "Also measures how well the labels can be read from each layer of the models: the test error of"
                            + " logistic regression on its activations.")
    private boolean probe;

    @Option(
            names = "--exit",
            description =
                    "Ends after the results also in a terminal, where the live page otherwise stays until Ctrl-C.")
    private boolean exit;

    @Override
    public Integer call() throws Exception {
        DemoPlan plan = DemoPlan.of(models, hyperparameters, steps, partitions);
        double perSecond = rate.perSecond();
        summary.ifPresent(file -> OutputFile.check("--summary", file));
        // Threads have the priority of the thread that makes them: all but the training and stream threads, which set
        // their own.
        Thread.currentThread().setPriority(Thread.MIN_PRIORITY);
        try (Resources open = new Resources();
                AutoCloseable hook = Shutdown.closing(open)) {
            WorkDirectory work = open.add(WorkDirectory.of(directory));
            Supplier<MatrixProduct> products = engine.load();
            CompletableFuture<EmbeddedBroker> broker = Background.run(
                    "broker-start", () -> EmbeddedBroker.start(work.path().resolve("broker"), brokerPort));
            open.add(() -> closeStarted(broker));
            Dataset train = read(Split.TRAIN, plan);
            Dataset test = read(Split.TEST, plan);
            LiveSite site = open.add(LiveSite.start(http, control, plan.models().keySet()));
            site.holdOut(examples(test), test.rows() * test.columns());
            System.err.println("starting the broker ...");
            DemoRun run =
                    open.add(new DemoRun(plan, work.path(), broker.get().bootstrapServers(), site, options, products));
            run.startModels();
            run.train(train, perSecond);
            run.report(train, test, probe, summary);
            if (Terminal.out().isInteractive() && !exit) {
                run.stay();
            }
        }
        return 0;
    }

    /** Waits for the start: a broker that is half started cannot be closed. */
    private static void closeStarted(CompletableFuture<EmbeddedBroker> broker) throws IOException {
        if (!broker.handle((started, failure) -> failure != null).join()) {
            broker.join().close();
        }
    }

    /** The first of the test split, which no model is trained on, for the page. */
    private static MiniBatch examples(Dataset test) {
        int inputs = test.rows() * test.columns();
        MiniBatch examples = new MiniBatch(Math.min(EXAMPLES, test.size()), inputs);
        List<String> labels = test.labelTexts(MiniBatch.UNLABELLED);
        for (int i = 0; !examples.isFull(); i++) {
            examples.add(test.images().get(i), labels.get(i));
        }
        return examples;
    }

    private Dataset read(Split split, DemoPlan plan) throws IOException {
        Dataset dataset = probe ? data.readForProbe(split) : data.read(split);
        plan.models().values().forEach(model -> DataOptions.checkFits(dataset, model.architecture()));
        return dataset;
    }
}
