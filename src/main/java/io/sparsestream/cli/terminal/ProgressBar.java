package io.sparsestream.cli.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** A bar at the bottom of the terminal, with position, speed and time to go; nothing where nobody looks. */
public final class ProgressBar implements AutoCloseable {
    private static final long REDRAW_NANOS = 200_000_000;
    private static final int LEAST_BAR = 6;
    private static final String EIGHTHS = " ▏▎▍▌▋▊▉█";

    private final String task;
    private final String unit;
    private final long max;
    private final Terminal terminal;
    private final Optional<StatusLine> line; // empty where there is no terminal
    private final long startNanos = System.nanoTime();
    private OptionalLong first = OptionalLong.empty(); // position at the first call
    private long drawnNanos = startNanos - REDRAW_NANOS;

    /**
     * @param unit in the plural, such as {@code steps}
     * @param max position at which it is done; {@link Long#MAX_VALUE} if never
     */
    public ProgressBar(String task, String unit, long max) {
        this.task = task;
        this.unit = unit;
        this.max = max;
        terminal = Terminal.err();
        line = terminal.isInteractive() ? Optional.of(new StatusLine(terminal)) : Optional.empty();
    }

    boolean isShown() {
        return line.isPresent();
    }

    /** @param more what stands behind it where there is room */
    public void at(long position, String more) {
        long now = System.nanoTime();
        if (first.isEmpty()) {
            first = OptionalLong.of(position);
        }
        if (line.isEmpty() || now - drawnNanos < REDRAW_NANOS && position < max) {
            return;
        }
        drawnNanos = now;
        double perSecond = (position - first.getAsLong()) / Math.max(1e-3, (now - startNanos) / 1e9);
        // One column less: in the last one some terminals go to the next line.
        // With room for the ^C of whoever ends it: a line that wraps could not be erased.
        String text = line(terminal.columns().getAsInt() - 3, task, unit, position, max, perSecond, more);
        line.get().show(terminal.isUnicode() ? text : Ascii.spell(text));
    }

    /** As much as fits: the position always, then the bar, speed, time to go and the rest, in that order. */
    static String line(int columns, String task, String unit, long position, long max, double perSecond, String more) {
        boolean endless = max == Long.MAX_VALUE;
        String count = endless
                ? String.format(Locale.ROOT, "%,d %s", position, unit)
                : String.format(Locale.ROOT, "%,d of %,d %s", position, max, unit);
        List<String> parts = new ArrayList<>();
        if (perSecond > 0) {
            parts.add(String.format(Locale.ROOT, "%,.0f/s", perSecond));
            if (!endless) {
                long seconds = Math.round((max - position) / perSecond);
                parts.add(String.format(Locale.ROOT, "%d:%02d left", seconds / 60, seconds % 60));
            }
        }
        if (!more.isEmpty()) {
            parts.add(more);
        }
        String head = task + "  ";
        StringBuilder tail = new StringBuilder(count);
        int bar = endless ? 0 : LEAST_BAR + 2;
        for (String part : parts) {
            if (head.length() + bar + tail.length() + 2 + part.length() <= columns) {
                tail.append("  ").append(part);
            }
        }
        int room = columns - head.length() - tail.length() - 2;
        String text = head + (endless || room < LEAST_BAR ? "" : bar(Math.min(room, 40), position, max) + "  ") + tail;
        return text.length() <= columns ? text : text.substring(0, Math.max(0, columns));
    }

    private static String bar(int width, long position, long max) {
        int eighths = (int) Math.round(Math.min(1.0, (double) position / max) * width * 8);
        String full = "█".repeat(eighths / 8) + (eighths % 8 == 0 ? "" : EIGHTHS.charAt(eighths % 8));
        return full + "░".repeat(width - full.length());
    }

    @Override
    public void close() {
        line.ifPresent(StatusLine::close);
    }
}
