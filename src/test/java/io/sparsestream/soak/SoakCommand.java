package io.sparsestream.soak;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** For {@code scripts/soak-test}. */
@Command(
        name = "soak-test",
        description =
                "Lets a broker, replays and trainers run for hours with a page open, scrapes, commands to the models"
                        + " and a trainer that comes and goes; then tells whether memory, threads, file handles, meters, topics or"
                        + " disk have grown.",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true)
final class SoakCommand implements Callable<Integer> {
    @ArgGroup
    private Length length = new Length();

    /** How long; five minutes unless told otherwise. */
    private static final class Length {
        @Option(
                names = "--minutes",
                description = "How long, 4 at least: the first quarter is for warming up (default: 5).")
        private double minutes = 5;

        @Option(names = "--hours", description = "The same in hours.")
        private double hours;

        Duration duration() {
            return Duration.ofSeconds(Math.round(hours > 0 ? 3600 * hours : 60 * minutes));
        }
    }

    @Option(
            names = "--rate",
            defaultValue = "2000",
            description = "Images a second, half of them to replicas (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--unbounded",
            description = "The negative control: where topics keep everything, the test must find that the disk fills.")
    private boolean unbounded;

    @Option(
            names = "--out",
            defaultValue = "target/soak",
            description = "Directory of the report (default: ${DEFAULT-VALUE}).")
    private Path out;

    /** Entry point. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new SoakCommand())
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    System.out.println("FAILED: " + failure);
                    return 1;
                })
                .execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (length.duration().compareTo(Plan.SHORTEST) < 0) {
            System.out.println("FAILED: a run takes " + Plan.SHORTEST.toMinutes()
                    + " minutes at least, since topics take a quarter of them to fill: choose more --minutes");
            return 2;
        }
        Plan plan = Plan.of(length.duration(), rate, !unbounded);
        Path directory = Files.createTempDirectory("sparsestream-soak-");
        try (SoakRun run = new SoakRun(directory, plan, SoakCommand::show)) {
            Outcome outcome = run.run();
            SoakReport.write(out, outcome);
            System.out.println(SoakReport.table(outcome).toText());
            System.out.printf(
                    Locale.ROOT,
                    "  %.0f min, %d scrapes, %d commands, %d restarts; report in %s%n",
                    outcome.seconds() / 60,
                    outcome.scrapes(),
                    outcome.commands(),
                    outcome.restarts(),
                    out);
            return isAsExpected(outcome.violations()) ? 0 : 1;
        }
    }

    private boolean isAsExpected(List<String> violations) {
        violations.forEach(SoakCommand::show);
        boolean asExpected = violations.isEmpty() != unbounded;
        System.out.printf(
                Locale.ROOT,
                "%s: %d violations%s%n",
                asExpected ? "PASSED" : "FAILED",
                violations.size(),
                unbounded ? ", of which unbounded topics must have one" : "");
        return asExpected;
    }

    private static void show(String line) {
        System.out.println("  " + line);
    }
}
