package io.sparsestream.crash;

import io.sparsestream.api.Engine;
import io.sparsestream.learn.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The long form of the crash test, for {@code scripts/crash-test}. */
@Command(
        name = "crash-test",
        description = "Kills the trainer or the broker with SIGKILL at random moments, and checks that the model is"
                + " bit for bit that of an undisturbed run.",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true)
final class CrashCommand implements Callable<Integer> {
    /** Between the seeds of two scenarios' shapes, so that they have none in common. */
    private static final long SEEDS = 1L << 32;

    /** Of a shape that learns slowly, a run has no more images than it learns in that time. */
    private static final double LONGEST_SECONDS = 15;

    private static final int LEAST_IMAGES = 2000;

    @Option(names = "--kills", defaultValue = "20", description = "How many (default: ${DEFAULT-VALUE}).")
    private int kills;

    @Option(names = "--images", defaultValue = "60000", description = "How many (default: ${DEFAULT-VALUE}).")
    private int images;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "Of the moments, of the images, and of what is drawn (default: 1).")
    private long seed;

    @Option(
            names = "--runs",
            defaultValue = "1",
            description = "Of each scenario, with that seed and those that follow (default: ${DEFAULT-VALUE}).")
    private int runs;

    @Option(
            names = "--usual",
            description = "Draws nothing: batch and layers by default, images of now, a clock that goes right.")
    private boolean usual;

    @Option(
            names = "--kinds",
            split = ",",
            defaultValue = "sigmoid",
            description =
                    "What the layers do; of several, one is drawn for each run: ${COMPLETION-CANDIDATES}. Of other"
                            + " kinds than ${DEFAULT-VALUE}, mini-batches are small, so that units die and are revived.")
    private List<Kind> kinds;

    @Option(names = "--batch", description = "Instead of what is drawn.")
    private Integer batch;

    @Option(names = "--layers", description = "Instead of what is drawn.")
    private String layers;

    @Option(
            names = "--engine",
            defaultValue = "auto",
            description = "What multiplies matrices: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Engine engine;

    @Option(names = "--timestamps", description = "Instead of what is drawn: ${COMPLETION-CANDIDATES}.")
    private Timestamps timestamps;

    @Option(names = "--clock-jumps", negatable = true, description = "Instead of what is drawn.")
    private Boolean clockJumps;

    @Option(
            names = "--scenario",
            split = ",",
            defaultValue =
                    "trainer,backlog,broker,cluster,takeover,control,synchronous,elastic,synchronous-cluster,keyed",
            description =
                    "What is killed: the trainer, the trainer while it catches up with a backlog, the broker, one of three brokers, the active one of two trainers,"
                            + " the trainer around changes of its hyperparameters; or up to three trainers of several"
                            + " replicas, which also join and leave, in rounds that wait for all, or only for some time;"
                            + " or one of three brokers, again with several replicas;"
                            + " or trainers of a model for each label, which also join and leave"
                            + " (default: ${DEFAULT-VALUE}).")
    private List<Scenario> scenarios;

    @Option(
            names = "--pause",
            defaultValue = "2",
            description = "Seconds that a killed broker at most stays away (default: ${DEFAULT-VALUE}).")
    private double pause;

    @Option(
            names = "--partitions",
            defaultValue = "4",
            description =
                    "Of the images topic where there are several replicas, or models by key (default: ${DEFAULT-VALUE}).")
    private int partitions;

    @Option(
            names = "--at-least-once",
            description = "The negative control: without exactly-once the test must find violations.")
    private boolean atLeastOnce;

    /** Entry point. */
    public static void main(String[] args) {
        System.exit(execute(new CrashCommand(), args));
    }

    /** Runs a command that says in one line why it could not, and returns its exit code. */
    static int execute(Callable<Integer> command, String... args) {
        return new CommandLine(command)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    System.out.println("FAILED: " + failure);
                    return 1;
                })
                .execute(args);
    }

    @Override
    public Integer call() throws Exception {
        boolean asExpected = true;
        for (long each = seed; each < seed + runs; each++) {
            for (Scenario scenario : scenarios) {
                asExpected &= run(scenario, each);
            }
        }
        return asExpected ? 0 : 1;
    }

    private boolean run(Scenario scenario, long runSeed) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("sparsestream-crash-");
        Plan plan = plan(scenario, runSeed);
        System.out.printf(
                Locale.ROOT,
                "%s killed %d times during %,d images, seed %d%s: %s; logs in %s%n",
                scenario,
                kills,
                plan.images(),
                runSeed,
                atLeastOnce ? ", at least once" : "",
                plan.shape(),
                directory);
        try {
            return isAsExpected(
                    scenario.hasPartitions() ? partitioned(directory, plan, partitions) : single(directory, plan),
                    atLeastOnce);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) { // the next run may tell something else
            System.out.println("FAILED: " + e);
            return false;
        }
    }

    private Plan plan(Scenario scenario, long runSeed) {
        int shares = scenario.hasPartitions() ? partitions : 1;
        int each = images / shares / scenario.models();
        SplittableRandom random = new SplittableRandom(runSeed + scenario.ordinal() * SEEDS);
        Shape shape = usual ? scenario.usual() : scenario.draw(random, each);
        // Drawn by itself: a seed's shape is otherwise the same, whatever the kinds are.
        Kind kind = kinds.get(new SplittableRandom(~runSeed).nextInt(kinds.size()));
        shape = shape.withKind(kind, each);
        if (scenario.hasReplicas() && kind.isScaled()) {
            throw new IllegalArgumentException("records of several replicas are not scaled: instead of --kinds " + kind
                    + " choose " + Kind.UNSCALED);
        }
        shape = batch == null ? shape : shape.withBatch(batch);
        shape = layers == null ? shape : shape.withLayers(layers(layers));
        shape = timestamps == null ? shape : shape.withTimestamps(timestamps);
        shape = clockJumps == null ? shape : shape.withClockJumps(clockJumps);
        shape = shape.withEngine(engine);
        long learned = usual ? images : Math.min(images, Math.max(LEAST_IMAGES, shape.imagesIn(LONGEST_SECONDS)));
        String guarantee = atLeastOnce ? "at_least_once" : "exactly_once_v2";
        return new Plan(scenario, shape, (int) (learned / shares * shares), kills, runSeed, pause, guarantee);
    }

    private static Architecture layers(String text) {
        return new Architecture(
                Arrays.stream(text.split("-")).map(Integer::valueOf).toList());
    }

    private static List<String> partitioned(Path directory, Plan plan, int partitions) throws Exception {
        long start = System.nanoTime();
        try (PartitionedRun run = new PartitionedRun(directory, plan, partitions, CrashCommand::show)) {
            List<String> violations = run.run();
            System.out.printf(Locale.ROOT, "  %.0f s in all%n", (System.nanoTime() - start) / 1e9);
            return violations;
        }
    }

    private static List<String> single(Path directory, Plan plan) throws Exception {
        try (CrashRun run = new CrashRun(directory, plan, CrashCommand::show)) {
            CrashRun.Result result = run.run();
            System.out.printf(
                    Locale.ROOT,
                    "  %d restarts of the task trained %s steps again; first new step %s s after the JVM's start;%n"
                            + "  taken over within %s s; stopped within %.1f s of SIGTERM; %.0f s in all%n",
                    result.retrained().size(),
                    range(result.retrained()),
                    range(result.secondsToFirstStep()),
                    range(result.secondsToTakeOver()),
                    result.secondsToStop(),
                    result.seconds());
            return result.violations();
        }
    }

    static void show(String line) {
        System.out.println("  " + line);
    }

    /** Prints the violations, of which there must be none, or some at least once. */
    static boolean isAsExpected(List<String> violations, boolean atLeastOnce) {
        if (!violations.isEmpty()) {
            System.out.println(Audit.show(violations));
        }
        boolean asExpected = violations.isEmpty() != atLeastOnce;
        System.out.printf(
                Locale.ROOT,
                "%s: %d violations%s%n",
                asExpected ? "PASSED" : "FAILED",
                violations.size(),
                atLeastOnce ? ", which at least once must have" : "");
        return asExpected;
    }

    private static String range(List<? extends Number> values) {
        DoubleSummaryStatistics found =
                values.stream().mapToDouble(Number::doubleValue).summaryStatistics();
        return values.isEmpty() ? "-" : String.format(Locale.ROOT, "%.1f to %.1f", found.getMin(), found.getMax());
    }
}
