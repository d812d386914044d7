package io.sparsestream.cli.study;

import io.sparsestream.cli.option.About;
import io.sparsestream.cli.option.DataOptions;
import io.sparsestream.cli.option.EngineOption;
import io.sparsestream.cli.option.HyperparameterOptions;
import io.sparsestream.cli.option.ModelChoice;
import io.sparsestream.cli.option.OuterOptions;
import io.sparsestream.cli.option.OutputFile;
import io.sparsestream.cli.option.Section;
import io.sparsestream.cli.option.Whole;
import io.sparsestream.cli.terminal.Progress;
import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.MatrixProduct;
import io.sparsestream.simulate.Partitioning;
import io.sparsestream.simulate.Simulation;
import io.sparsestream.simulate.Simulation.Cell;
import io.sparsestream.simulate.Simulation.Result;
import io.sparsestream.simulate.SimulationReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What several replicas do to quality, without Kafka. */
@Command(
        name = "simulate",
        description = "Trains one model by several replicas in this process, as a topic of several partitions would,"
                + " without Kafka: a table of test loss by number of replicas and steps between two rounds.")
public final class SimulateCommand implements Callable<Integer> {
    @About(Section.REPLICAS)
    @Option(
            names = "--replicas",
            defaultValue = "1,2,4,8",
            split = ",",
            paramLabel = "P",
            description = "Numbers of replicas (default: ${DEFAULT-VALUE}).")
    private List<Integer> replicas;

    @About(Section.REPLICAS)
    @Option(
            names = "--sync-every",
            defaultValue = "10,50,100,500",
            split = ",",
            paramLabel = "K",
            description = "Steps of a replica between two rounds (default: ${DEFAULT-VALUE}).")
    private List<Long> syncEvery;

    @About(Section.IMAGES)
    @Option(
            names = "--images",
            defaultValue = "1200000",
            paramLabel = "N",
            description = "Images that all replicas together train on (default: ${DEFAULT-VALUE}).")
    private long images;

    @About(Section.IMAGES)
    @Option(
            names = "--per-replica",
            description = "--images is the number that each replica trains on, not all of them together.")
    private boolean perReplica;

    @About(Section.REPLICAS)
    @Option(
            names = "--partitioning",
            defaultValue = "key",
            paramLabel = "key|round-robin",
            description = "Which image goes to which replica: by its key, as Kafka does it, or one after another"
                    + " (default: ${DEFAULT-VALUE}).")
    private Partitioning partitioning;

    @Mixin
    private OuterOptions outer;

    @Mixin
    private HyperparameterOptions hyperparameters;

    @About(Section.LEARNING)
    @Option(
            names = "--preset",
            defaultValue = "sparse",
            paramLabel = "PRESET|FILE",
            description =
                    "Hyperparameters that no option gives: a preset (sparse, plain, sharp, selective, dictionary), or a properties or JSON file"
                            + " (default: ${DEFAULT-VALUE}).")
    private String preset;

    @About(Section.IMAGES)
    @Option(
            names = "--order-seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of the order of images (default: ${DEFAULT-VALUE}).")
    private long orderSeed;

    @Option(
            names = "--parallel",
            paramLabel = "N",
            description = "Number of runs at once; it does not change their results (default: one for each core).")
    private Optional<Integer> parallel = Optional.empty();

    @Mixin
    private DataOptions data;

    @Option(
            names = "--summary",
            paramLabel = "FILE",
            description = "File for the results as JSON (default: not written).")
    private Optional<Path> summary = Optional.empty();

    @Mixin
    private EngineOption engine;

    @Override
    public Integer call() throws Exception {
        summary.ifPresent(file -> OutputFile.check("--summary", file));
        replicas.forEach(number -> Whole.positive("--replicas", number));
        syncEvery.forEach(steps -> Whole.positive("--sync-every", steps));
        Whole.positive("--images", images);
        if (images > Long.MAX_VALUE / Integer.MAX_VALUE) {
            throw new IllegalArgumentException("--images is too large: " + images);
        }
        parallel.ifPresent(number -> Whole.positive("--parallel", number));
        ModelChoice choice = ModelChoice.of(preset);
        Architecture architecture = hyperparameters.architecture(choice.architecture());
        Hyperparameters chosen = hyperparameters.over(choice.hyperparameters(), choice.architecture());
        Simulation simulation = new Simulation(
                architecture,
                chosen,
                orderSeed,
                partitioning,
                outer.learningRate(),
                outer.momentum(),
                outer.encoding());
        Dataset train = data.read(Split.TRAIN);
        Dataset test = data.read(Split.TEST);
        DataOptions.checkFits(test, architecture);
        SimulationReport report =
                SimulationReport.of(simulation, test.name() + "/" + Split.TEST, run(simulation, train, test));
        System.out.print(report.table().toMarkdown());
        if (summary.isPresent()) {
            report.write(summary.get());
        }
        return 0;
    }

    /** As many runs at once as there are threads; the results in the order of the cells. */
    private List<Result> run(Simulation simulation, Dataset train, Dataset test) throws Exception {
        List<Cell> cells = cells();
        long total = cells.stream().mapToLong(Cell::images).sum();
        Supplier<MatrixProduct> products = engine.load();
        AtomicLong trained = new AtomicLong();
        AtomicInteger running = new AtomicInteger(cells.size());
        ExecutorService threads =
                Executors.newFixedThreadPool(parallel.orElseGet(Runtime.getRuntime()::availableProcessors));
        try (Progress progress = new Progress("simulate", "images", total)) {
            List<Future<Result>> futures = new ArrayList<>();
            for (Cell cell : cells) {
                futures.add(threads.submit(() -> {
                    Result result = simulation.run(cell, train, test, products, more -> {
                        synchronized (progress) {
                            progress.at(trained.addAndGet(more), running + " runs to go");
                        }
                    });
                    running.decrementAndGet();
                    return result;
                }));
            }
            List<Result> results = new ArrayList<>();
            for (Future<Result> future : futures) {
                results.add(future.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    /** One replica has no rounds, so it is run once. */
    private List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (int number : replicas) {
            for (long steps : number == 1 ? syncEvery.subList(0, 1) : syncEvery) {
                cells.add(new Cell(number, steps, perReplica ? images * number : images));
            }
        }
        return cells;
    }
}
