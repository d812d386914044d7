package io.sparsestream.crash;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
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
    @Option(names = "--kills", defaultValue = "20", description = "How many (default: ${DEFAULT-VALUE}).")
    private int kills;

    @Option(names = "--images", defaultValue = "60000", description = "How many (default: ${DEFAULT-VALUE}).")
    private int images;

    @Option(names = "--seed", defaultValue = "1", description = "Of the moments and the order (default: 1).")
    private long seed;

    @Option(
            names = "--scenario",
            split = ",",
            defaultValue = "trainer,broker,cluster,takeover,control,synchronous,elastic,synchronous-cluster",
            description =
                    "What is killed: the trainer, the broker, one of three brokers, the active one of two trainers,"
                            + " the trainer around changes of its hyperparameters; or up to three trainers of several"
                            + " replicas, which also join and leave, in rounds that wait for all, or only for some time;"
                            + " or one of three brokers, again with several replicas"
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
            description = "Of the images topic where there are several replicas (default: ${DEFAULT-VALUE}).")
    private int partitions;

    @Option(
            names = "--at-least-once",
            description = "The negative control: without exactly-once the test must find violations.")
    private boolean atLeastOnce;

    /** Entry point. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new CrashCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    System.out.println("FAILED: " + failure);
                    return 1;
                })
                .execute(args));
    }

    @Override
    public Integer call() throws Exception {
        boolean asExpected = true;
        for (Scenario scenario : scenarios) {
            asExpected &= run(scenario);
        }
        return asExpected ? 0 : 1;
    }

    private boolean run(Scenario scenario) throws Exception {
        Path directory = Files.createTempDirectory("sparsestream-crash-");
        System.out.printf(
                "%s killed %d times during %,d images, seed %d%s; logs in %s%n",
                scenario, kills, images, seed, atLeastOnce ? ", at least once" : "", directory);
        String guarantee = atLeastOnce ? "at_least_once" : "exactly_once_v2";
        Plan plan = new Plan(scenario, images, kills, seed, pause, guarantee);
        if (scenario.hasReplicas()) {
            long start = System.nanoTime();
            try (ReplicasRun run =
                    new ReplicasRun(directory, plan, partitions, line -> System.out.println("  " + line))) {
                List<String> violations = run.run();
                System.out.printf("  %.0f s in all%n", (System.nanoTime() - start) / 1e9);
                return isAsExpected(violations);
            }
        }
        try (CrashRun run = new CrashRun(directory, plan, line -> System.out.println("  " + line))) {
            CrashRun.Result result = run.run();
            System.out.printf(
                    "  %d restarts of the task trained %s steps again; first new step %s s after the JVM's start;%n"
                            + "  taken over within %s s; stopped within %.1f s of SIGTERM; %.0f s in all%n",
                    result.retrained().size(),
                    range(result.retrained()),
                    range(result.secondsToFirstStep()),
                    range(result.secondsToTakeOver()),
                    result.secondsToStop(),
                    result.seconds());
            return isAsExpected(result.violations());
        }
    }

    private boolean isAsExpected(List<String> violations) {
        if (!violations.isEmpty()) {
            System.out.println(Audit.show(violations));
        }
        boolean asExpected = violations.isEmpty() != atLeastOnce;
        System.out.printf(
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
