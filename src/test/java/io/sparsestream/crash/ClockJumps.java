package io.sparsestream.crash;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/** Jumps of the trainers' wall clock in mid-run, where a run's shape has any. */
final class ClockJumps {
    private static final int LONGEST_BACK_SECONDS = 86_400;
    /** Less than the hour by which a record may be ahead of a broker's clock. */
    private static final int LONGEST_AHEAD_SECONDS = 3000;

    private static final int HOUR_SECONDS = 3600;

    private final Optional<ShiftableClock> clock;
    private final Random random;
    private final Consumer<String> progress;
    private long shift; // seconds ahead of the right time

    private ClockJumps(Optional<ShiftableClock> clock, Random random, Consumer<String> progress) {
        this.clock = clock;
        this.random = random;
        this.progress = progress;
    }

    /** @param progress takes a line for each jump, and one that says so where it cannot jump */
    static ClockJumps of(Shape shape, Path directory, Random random, Consumer<String> progress)
            throws IOException, InterruptedException {
        Optional<ShiftableClock> clock = shape.clockJumps() ? ShiftableClock.in(directory) : Optional.empty();
        if (shape.clockJumps() && clock.isEmpty()) {
            progress.accept("SKIPPED: the clock does not jump, since that needs gcc and Linux");
        }
        return new ClockJumps(clock, random, progress);
    }

    /** Of the processes that go by this clock. */
    Map<String, String> environment() {
        return clock.map(ShiftableClock::environment).orElse(Map.of());
    }

    /** Back, forth, or to the right time. */
    void any() throws IOException {
        to(
                switch (random.nextInt(3)) {
                    case 0 -> 0;
                    case 1 -> -random.nextInt(LONGEST_BACK_SECONDS);
                    default -> random.nextInt(LONGEST_AHEAD_SECONDS);
                });
    }

    /** By more than any time limit that a trainer has. */
    void back() throws IOException {
        to(Math.min(0, shift) - HOUR_SECONDS);
    }

    private void to(long seconds) throws IOException {
        if (clock.isPresent()) {
            progress.accept(String.format(Locale.ROOT, "the clock jumps by %,d s", seconds - shift));
            shift = seconds;
            clock.get().shift(seconds);
        }
    }
}
