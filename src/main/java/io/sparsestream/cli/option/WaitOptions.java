package io.sparsestream.cli.option;

import io.sparsestream.cli.terminal.CommandException;
import io.sparsestream.message.PublishedModel;
import io.sparsestream.topic.NotPublishedException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import picocli.CommandLine.Option;

/** Whether a command that reads a published model waits for it, and how long. */
@About(Section.MODEL)
public final class WaitOptions {
    private static final double STEP_SECONDS = 600;
    private static final int POLL_MILLIS = 1000;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            description = "How long to wait for a published model (default: 0; with --wait-for-step: 600).")
    private Optional<Double> seconds = Optional.empty();

    @Option(
            names = "--wait-for-step",
            paramLabel = "N",
            description =
                    "Waits until a model that has made N steps has been published (default: any number of steps).")
    private Optional<Long> step = Optional.empty();

    /** @throws IllegalArgumentException if an option's value cannot be used */
    public void check() {
        limit();
        step.ifPresent(number -> Whole.notNegative("--wait-for-step", number));
    }

    private Duration limit() {
        return Seconds.of("--wait", seconds.orElse(step.isPresent() ? STEP_SECONDS : 0));
    }

    /**
     * What is read, as soon as it is there and has made the steps.
     *
     * @param kafka where it is read from
     * @param read reads the newest one, or throws a {@link NotPublishedException}
     * @throws CommandException if it has not made the steps in time
     */
    public PublishedModel await(Map<String, Object> kafka, String model, Supplier<PublishedModel> read)
            throws InterruptedException {
        return await(kafka, model, read, PublishedModel::step);
    }

    /**
     * The same of what is published along with a model.
     *
     * @param steps that the model has made when it was
     */
    public <T> T await(Map<String, Object> kafka, String model, Supplier<T> read, ToLongFunction<T> steps)
            throws InterruptedException {
        Duration limit = limit();
        long start = System.nanoTime();
        for (boolean told = false; ; told = true) {
            boolean over = System.nanoTime() - start >= limit.toNanos();
            try {
                T found = read.get();
                if (step.isEmpty() || steps.applyAsLong(found) >= step.get()) {
                    return found;
                }
                if (over) {
                    throw new CommandException(String.format(
                            Locale.ROOT,
                            "model %s is at step %,d, and has not made %,d within %d s: is its trainer running, and are"
                                    + " there images?",
                            model,
                            steps.applyAsLong(found),
                            step.get(),
                            limit.toSeconds()));
                }
            } catch (NotPublishedException e) {
                if (over) {
                    throw PublishedNames.explain(e, kafka, model);
                }
            }
            if (!told) {
                System.err.printf(
                        Locale.ROOT,
                        "waiting up to %d s for model %s%s ...%n",
                        limit.toSeconds(),
                        model,
                        step.map(number -> String.format(Locale.ROOT, " at step %,d", number))
                                .orElse(""));
            }
            Thread.sleep(POLL_MILLIS);
        }
    }
}
