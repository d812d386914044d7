package io.sparsestream.cli.model;

import io.sparsestream.cli.option.About;
import io.sparsestream.cli.option.KafkaOptions;
import io.sparsestream.cli.option.ModelName;
import io.sparsestream.cli.option.RegistryOption;
import io.sparsestream.cli.option.Seconds;
import io.sparsestream.cli.option.Section;
import io.sparsestream.cli.option.Whole;
import io.sparsestream.cli.terminal.CommandException;
import io.sparsestream.cli.terminal.Shutdown;
import io.sparsestream.cli.terminal.Terminal;
import io.sparsestream.compare.Picture;
import io.sparsestream.compare.Table;
import io.sparsestream.watch.MissingTopicException;
import io.sparsestream.watch.Reconstruction;
import io.sparsestream.watch.ReconstructionReader;
import io.sparsestream.watch.TextPicture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.errors.WakeupException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Originals beside reconstructions, in the terminal or as pictures. */
@Command(name = "watch", description = "Shows reconstructions beside their originals, in the terminal or as PNG files.")
public final class WatchCommand implements Callable<Integer> {
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final int STRIP = 10;
    private static final int MOST_VALUES = 20;
    private static final long MOST_PAUSE_NANOS = 100_000_000; // so that Ctrl-C need not wait
    private static final String BETWEEN = "   ";

    @Mixin
    private KafkaOptions kafka;

    @About(Section.MODEL)
    @Option(
            names = "--model",
            paramLabel = "NAME",
            defaultValue = "sparse",
            description = "The model's name (default: ${DEFAULT-VALUE}).")
    private String model;

    @Option(
            names = "--all",
            description =
                    "Shows every reconstruction from the topic's beginning on, instead of the newest now and then.")
    private boolean all;

    @Option(
            names = "--images",
            paramLabel = "N",
            description = "Ends after so many images (default: goes on until stopped).")
    private Optional<Long> images = Optional.empty();

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "2",
            description = "Images per second (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--png",
            paramLabel = "DIR",
            description = "Writes pictures to that directory, ten originals above their reconstructions in each"
                    + " (default: shows them in the terminal).")
    private Optional<Path> directory = Optional.empty();

    @About(Section.MODEL)
    @Option(
            names = "--wait",
            defaultValue = "0",
            paramLabel = "SECONDS",
            description = "How long to wait for a trainer to begin with the model (default: ${DEFAULT-VALUE}).")
    private double wait;

    @Mixin
    private RegistryOption registry;

    private volatile boolean stopped;
    private int strips;
    private final Terminal terminal = Terminal.out();
    private int lines; // that the newest one takes

    @Override
    public Integer call() throws Exception {
        if (!(rate > 0) || Double.isInfinite(rate)) {
            throw new IllegalArgumentException("--rate must be a positive number of images per second, not " + rate);
        }
        images.ifPresent(number -> Whole.positive("--images", number));
        Seconds.of("--wait", wait);
        Map<String, Object> properties = kafka.toMap();
        ModelName.check(model);
        kafka.connect();
        if (directory.isPresent()) {
            Files.createDirectories(directory.get());
        }
        try (ReconstructionReader reader = reader(properties);
                AutoCloseable hook = Shutdown.stopping(() -> stop(reader))) {
            requirePictures(reader);
            show(reader);
        }
        return 0;
    }

    private void requirePictures(ReconstructionReader reader) {
        if (directory.isPresent() && !reader.isOfPictures()) {
            throw new CommandException("the records of model " + model + " are no pictures: leave out --png");
        }
    }

    /** As soon as the model has a topic of reconstructions. */
    private ReconstructionReader reader(Map<String, Object> properties) throws InterruptedException {
        Duration limit = Seconds.of("--wait", wait);
        long start = System.nanoTime();
        for (boolean told = false; ; told = true) {
            try {
                return new ReconstructionReader(properties, model, registry::withSchemas);
            } catch (MissingTopicException e) {
                if (System.nanoTime() - start >= limit.toNanos()) {
                    throw e;
                }
            }
            if (!told) {
                System.err.println("waiting up to " + limit.toSeconds() + " s for model " + model + " ...");
            }
            Thread.sleep(POLL.toMillis());
        }
    }

    private void stop(ReconstructionReader reader) {
        stopped = true;
        reader.wakeup();
    }

    private void show(ReconstructionReader reader) throws IOException {
        List<Reconstruction> strip = new ArrayList<>();
        long last = images.orElse(Long.MAX_VALUE);
        for (long shown = 0; !stopped && shown < last; ) {
            Optional<Reconstruction> next = read(reader);
            if (next.isEmpty()) {
                continue;
            }
            if (directory.isEmpty()) {
                print(next.get(), shown > 0);
            } else {
                strip.add(next.get());
                if (strip.size() == STRIP) {
                    write(strip);
                    strip.clear();
                }
            }
            shown++;
            if (shown < last) {
                pause((long) (1e9 / rate));
            }
        }
        if (!strip.isEmpty()) {
            write(strip);
        }
    }

    /** Until then, or until the process is told to stop. */
    private void pause(long nanos) {
        long start = System.nanoTime();
        for (long left = nanos; !stopped && left > 0; left = nanos - (System.nanoTime() - start)) {
            LockSupport.parkNanos(Math.min(left, MOST_PAUSE_NANOS));
        }
    }

    /** The next one; empty if there is none yet, or if the process is told to stop. */
    private Optional<Reconstruction> read(ReconstructionReader reader) {
        try {
            Optional<Reconstruction> next = Optional.ofNullable(all ? reader.next(POLL) : reader.newest(POLL));
            if (next.isPresent()) {
                requirePictures(reader); // a new model says what its records are with the first of them
            }
            return next;
        } catch (WakeupException e) {
            return Optional.empty();
        }
    }

    /** A row for each input. */
    private void printValues(Reconstruction shown) {
        Table table = new Table(List.of("input", "value", "reconstruction"));
        shown.values().stream()
                .limit(MOST_VALUES)
                .forEach(value -> table.add(List.of(
                        value.name(),
                        Table.cell(
                                "%.6g", value.original().map(Float::doubleValue).orElse(null)),
                        Table.cell("%.6g", (double) value.reconstruction()))));
        System.out.println(title(shown));
        System.out.print(terminal.text(table));
        if (shown.values().size() > MOST_VALUES) {
            System.out.printf(Locale.ROOT, "and %,d more%n", shown.values().size() - MOST_VALUES);
        }
        System.out.println();
        System.out.flush();
    }

    private static String title(Reconstruction shown) {
        return shown.key() + (shown.label() == null ? "" : "  label " + shown.label()) + "  step " + shown.step()
                + "  mse " + shown.mse();
    }

    /** @param again whether to draw over the one before, where that is possible */
    private void print(Reconstruction shown, boolean again) {
        if (!shown.values().isEmpty()) {
            printValues(shown);
            return;
        }
        boolean colours = terminal.isInteractive() && terminal.isUnicode() && Ansi.AUTO.enabled();
        List<String> right = TextPicture.lines(shown.pixels(), shown.columns(), colours);
        List<String> left =
                shown.original() == null ? null : TextPicture.lines(shown.original(), shown.columns(), colours);
        StringBuilder text = new StringBuilder();
        if (colours && again) {
            text.append("\u001b[").append(lines).append("A\u001b[J");
        }
        text.append(title(shown));
        text.append(left == null ? "\n(its original is no longer in the topic)\n" : "\n");
        lines = right.size() + (left == null ? 2 : 1);
        for (int line = 0; line < right.size(); line++) {
            text.append(left == null ? "" : left.get(line) + BETWEEN)
                    .append(right.get(line))
                    .append('\n');
        }
        System.out.print(text);
        System.out.flush();
    }

    private void write(List<Reconstruction> strip) throws IOException {
        Reconstruction last = strip.get(strip.size() - 1);
        List<Reconstruction> whole =
                strip.stream().filter(each -> each.original() != null).toList();
        if (whole.isEmpty()) {
            System.err.println("warning: the originals are no longer in the topic: no picture of them");
            return;
        }
        strips++;
        Path file = directory
                .orElseThrow()
                .resolve(String.format(Locale.ROOT, "%s-%06d-step-%s.png", model, strips, last.step()));
        Picture.writePairs(
                file,
                "model " + model + ", up to step " + last.step(),
                last.columns(),
                whole.stream().map(WatchCommand::pair).toList());
        System.out.println(file);
    }

    private static Picture.Pair pair(Reconstruction each) {
        String error = each.mse() == null ? "" : String.format(Locale.ROOT, "%.4f", Double.parseDouble(each.mse()));
        return new Picture.Pair(each.label() == null ? "" : each.label(), each.original(), each.pixels(), error);
    }
}
