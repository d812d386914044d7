package io.sparsestream.crash;

import io.sparsestream.learn.Architecture;
import io.sparsestream.support.Launcher;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** For {@code scripts/upgrade-test}: an earlier version gives way to this one while it learns. */
@Command(
        name = "upgrade-test",
        description =
                "Three brokers and two trainers of an earlier version are restarted one by one as those of this version"
                        + " while images flow; then checks that the model is bit for bit that of an undisturbed trainer of the"
                        + " earlier version.",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true)
final class RollingCommand implements Callable<Integer> {
    private static final Architecture LAYERS = Architecture.of(784, 32, 784);

    @Option(
            names = "--from",
            required = true,
            paramLabel = "VERSION",
            description = "What the earlier version is called.")
    private String name;

    @Option(names = "--class-path", required = true, description = "Of the earlier version.")
    private String classPath;

    @Option(names = "--images", defaultValue = "30000", description = "How many (default: ${DEFAULT-VALUE}).")
    private int images;

    @Option(names = "--seed", defaultValue = "1", description = "Of the images (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--scenario",
            split = ",",
            defaultValue = "takeover,synchronous",
            description = "What the trainers learn: one model, for which one of them stands by, or replicas of a model"
                    + " (default: ${DEFAULT-VALUE}).")
    private List<Scenario> scenarios;

    @Option(
            names = "--back",
            description =
                    "The trainers also go back to the earlier version, and come again: where it reads the checkpoints"
                            + " of this version.")
    private boolean back;

    /** Entry point. */
    public static void main(String[] args) {
        System.exit(CrashCommand.execute(new RollingCommand(), args));
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
        Path directory = Files.createTempDirectory("sparsestream-upgrade-");
        Plan plan = new Plan(scenario, Shape.USUAL.withLayers(LAYERS), images, 0, seed, 0, "exactly_once_v2");
        System.out.printf(
                Locale.ROOT,
                "%s, from %s to this version%s, during %,d images: %s; logs in %s%n",
                scenario,
                name,
                back ? ", back and forth" : "",
                images,
                plan.shape(),
                directory);
        long start = System.nanoTime();
        RollingRun.Version earlier = new RollingRun.Version(name, Launcher.of(classPath));
        try (RollingRun run = new RollingRun(directory, plan, earlier, back, CrashCommand::show)) {
            List<String> violations = run.run();
            System.out.printf(Locale.ROOT, "  %.0f s in all%n", (System.nanoTime() - start) / 1e9);
            return CrashCommand.isAsExpected(violations, false);
        }
    }
}
