package io.sparsestream.cli.study;

import io.sparsestream.cli.option.DataOptions;
import io.sparsestream.cli.option.EngineOption;
import io.sparsestream.cli.option.HyperparameterOptions;
import io.sparsestream.cli.option.ModelChoice;
import io.sparsestream.cli.option.OuterOptions;
import io.sparsestream.cli.terminal.Progress;
import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.simulate.Partitioning;
import io.sparsestream.simulate.Simulation;
import io.sparsestream.simulate.Simulation.Cell;
import io.sparsestream.simulate.Simulation.Result;
import io.sparsestream.simulate.SimulationReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What several replicas do to quality, without Kafka. */
@Command(
        name = "simulate",
        description = "Trains one model by several replicas in this process, as a topic of several partitions would,"
                + " without Kafka: a table of test loss by number of replicas and steps between two rounds.")
public final class SimulateCommand implements Callable<Integer> {
    @Option(
            names = "--replicas",
            defaultValue = "1,2,4,8",
            split = ",",
            paramLabel = "P",
            description = "Numbers of replicas (default: ${DEFAULT-VALUE}).")
    private List<Integer> replicas;

    @Option(
            names = "--sync-every",
            defaultValue = "10,50,100,500",
            split = ",",
            paramLabel = "K",
            description = "Steps of a replica between two rounds (default: ${DEFAULT-VALUE}).")
    private List<Long> syncEvery;

    @Option(
            names = "--images",
            defaultValue = "1200000",
            paramLabel = "N",
            description = "Images that all replicas train together (default: ${DEFAULT-VALUE}).")
    private long images;

    @Option(names = "--per-replica", description = "--images is what each replica trains, not all together.")
    private boolean perReplica;

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

    @Option(
            names = "--preset",
            defaultValue = "sparse",
            paramLabel = "PRESET|FILE",
            description = "What no option says else (default: ${DEFAULT-VALUE}).")
    private String preset;

    @Option(
            names = "--order-seed",
            defaultValue = "1",
            description = "Of the order of images (default: ${DEFAULT-VALUE}).")
    private long orderSeed;

    @Option(
            names = "--parallel",
            paramLabel = "N",
            description = "Runs at once (default: one for each core); they are the same however many.")
    private Integer parallel;

    @Mixin
    private DataOptions data;

    @Option(names = "--summary", paramLabel = "FILE", description = "Writes the results as JSON.")
    private Path summary;

    @Mixin
    private EngineOption engine;

    @Override
    public Integer call() throws Exception {
        replicas.forEach(number -> requirePositive("--replicas", number));
        syncEvery.forEach(steps -> requirePositive("--sync-every", steps));
        requirePositive("--images", images);
        if (images > Long.MAX_VALUE / Integer.MAX_VALUE) {
            throw new IllegalArgumentException("--images is too large: " + images);
        }
        requirePositive("--parallel", parallel == null ? 1 : parallel);
        Architecture architecture = hyperparameters.architecture();
        Hyperparameters chosen = hyperparameters.over(ModelChoice.of(preset).hyperparameters());
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
        if (summary != null) {
            report.write(summary);
        }
        return 0;
    }

    /** As many runs at once as there are threads; the results in the order of the cells. */
    private List<Result> run(Simulation simulation, Dataset train, Dataset test) throws Exception {
        List<Cell> cells = cells();
        long total = cells.stream().mapToLong(Cell::images).sum();
        AtomicLong trained = new AtomicLong();
        AtomicInteger running = new AtomicInteger(cells.size());
        ExecutorService threads = Executors.newFixedThreadPool(
                parallel == null ? Runtime.getRuntime().availableProcessors() : parallel);
        try (Progress progress = new Progress("simulate", "images", total)) {
            List<Future<Result>> futures = new ArrayList<>();
            for (Cell cell : cells) {
                futures.add(threads.submit(() -> {
                    Result result = simulation.run(cell, train, test, engine::newProduct, more -> {
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

    private static void requirePositive(String option, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(option + " must be at least 1, not " + value);
        }
    }
}
