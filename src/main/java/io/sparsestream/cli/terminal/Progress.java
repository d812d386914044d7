package io.sparsestream.cli.terminal;

import java.util.Locale;

/** How far a long command has come: a bar where somebody looks; else a line every tenth of the way. */
public final class Progress implements AutoCloseable {
    private static final int LINES = 10;

    private final String unit;
    private final long max;
    private final ProgressBar bar;
    private long tenths;

    /** @param unit in the plural, such as {@code steps} */
    public Progress(String task, String unit, long max) {
        this.unit = unit;
        this.max = max;
        bar = new ProgressBar(task, unit, max);
    }

    public void at(long position, String more) {
        bar.at(position, more);
        if (!bar.isShown() && position * LINES / max > tenths) {
            tenths = position * LINES / max;
            System.err.printf(Locale.ROOT, "%,d of %,d %s, %s%n", position, max, unit, more);
        }
    }

    @Override
    public void close() {
        bar.close();
    }
}
