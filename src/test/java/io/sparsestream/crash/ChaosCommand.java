package io.sparsestream.crash;

import io.sparsestream.crash.ChaosRun.Recovery;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** For {@code scripts/chaos-test}: networks that fail, and whatever else goes wrong between processes. */
@Command(
        name = "chaos-test",
        description = "Three brokers and two trainers of a model, each on a network of its own, go through partitions,"
                + " losses, standstills and kills at random moments; then checks that the model is bit for bit that of an"
                + " undisturbed run.",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true)
final class ChaosCommand implements Callable<Integer> {
    /** Units of a hidden layer at most: what three brokers keep of a model's checkpoints is in memory. */
    private static final int WIDEST = 64;

    /** The same where each label has a model, which is stored and published by itself. */
    private static final int WIDEST_OF_MANY = 8;

    private static final int LEAST_BATCH_OF_REPLICAS = 10;

    /** Mini-batches for each fault at least, so that steps are to be made before, during and after it. */
    private static final int STEPS = 20;

    @Option(names = "--faults", defaultValue = "20", description = "How many (default: ${DEFAULT-VALUE}).")
    private int faults;

    @Option(names = "--images", defaultValue = "60000", description = "How many (default: ${DEFAULT-VALUE}).")
    private int images;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "Of the faults and their moments, of the images and of the model's shape (default: 1).")
    private long seed;

    @Option(names = "--kinds", split = ",", description = "Of faults (default: all): ${COMPLETION-CANDIDATES}.")
    private List<FaultKind> kinds = List.of(FaultKind.values());

    @Option(
            names = "--scenario",
            split = ",",
            defaultValue = "takeover,synchronous,keyed",
            description =
                    "What the trainers learn, of several one is drawn: a model, which one of them has while the other"
                            + " stands by; replicas of a model; or a model for each label (default: ${DEFAULT-VALUE}).")
    private List<Scenario> scenarios;

    @Option(
            names = "--pause",
            defaultValue = "15",
            description = "Seconds that a fault lasts at most (default: ${DEFAULT-VALUE}).")
    private double pause;

    @Option(
            names = "--at-least-once",
            description = "The negative control: without exactly-once the test must find violations.")
    private boolean atLeastOnce;

    /** Entry point. */
    public static void main(String[] args) {
        System.exit(CrashCommand.execute(new ChaosCommand(), args));
    }

    @Override
    public Integer call() throws Exception {
        Path directory = Files.createTempDirectory("sparsestream-chaos-");
        Plan plan = plan();
        System.out.printf(
                Locale.ROOT,
                "%s with %d faults during %,d images, seed %d%s: %s; logs in %s%n",
                plan.scenario(),
                faults,
                plan.images(),
                seed,
                atLeastOnce ? ", at least once" : "",
                plan.shape(),
                directory);
        try (ChaosRun run = new ChaosRun(directory, plan, kinds, new Network(), CrashCommand::show)) {
            ChaosRun.Result result = run.run();
            table(result.recoveries());
            System.out.printf(Locale.ROOT, "  %.0f s in all%n", result.seconds());
            return CrashCommand.isAsExpected(result.violations(), atLeastOnce) ? 0 : 1;
        }
    }

    private Plan plan() {
        // Drawn by itself: a seed's shape and moments are otherwise the same.
        Scenario scenario = scenarios.get(new SplittableRandom(~seed).nextInt(scenarios.size()));
        int shares = (scenario.hasPartitions() ? ChaosRun.PARTITIONS : 1) * scenario.models();
        int batch = Math.max(1, images / (faults + 1) / STEPS / shares);
        Shape shape = Shape.draw(new SplittableRandom(seed), scenario.models() > 1 ? WIDEST_OF_MANY : WIDEST, batch)
                .withClockJumps(false);
        if (shape.timestamps().areOld()) { // a killed broker would take again what is sent again
            shape = shape.withTimestamps(Timestamps.APPENDED);
        }
        if (scenario.hasReplicas()) { // every round takes its time, however few images it has
            shape = shape.withBatch(Math.max(LEAST_BATCH_OF_REPLICAS, shape.batch()));
        }
        String guarantee = atLeastOnce ? "at_least_once" : "exactly_once_v2";
        return new Plan(scenario, shape, images / shares * shares, faults, seed, pause, guarantee);
    }

    private static void table(List<Recovery> recoveries) {
        System.out.printf("  %-16s %6s %8s %14s %12s%n", "fault", "times", "went on", "median s", "longest s");
        for (FaultKind kind : FaultKind.values()) {
            row(
                    kind.toString(),
                    recoveries.stream().filter(each -> each.kind() == kind).toList());
        }
        row("all", recoveries);
    }

    private static void row(String name, List<Recovery> recoveries) {
        if (!recoveries.isEmpty()) {
            List<Double> seconds =
                    recoveries.stream().map(Recovery::seconds).sorted().toList();
            int times = seconds.size();
            System.out.printf(
                    Locale.ROOT,
                    "  %-16s %6d %8d %14.1f %12.1f%n",
                    name,
                    times,
                    recoveries.stream().filter(Recovery::wentOn).count(),
                    (seconds.get((times - 1) / 2) + seconds.get(times / 2)) / 2,
                    seconds.get(times - 1));
        }
    }
}
