package io.sparsestream.cli;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** How far a long command has come: a bar where somebody looks; else a line every tenth of the way. */
final class Progress implements AutoCloseable {
    private static final int LINES = 10;

    private final String unit;
    private final long max;
    private final ProgressBar bar;
    private long tenths;

    /** @param unit in the plural, such as {@code steps} */
    Progress(String task, String unit, long max) {
        this.unit = unit;
        this.max = max;
        bar = System.console() == null
                ? null
                : new ProgressBarBuilder()
                        .setTaskName(task)
                        .setInitialMax(max)
                        .setUnit(" " + unit, 1)
                        .setStyle(ProgressBarStyle.ASCII)
                        .showSpeed()
                        .build();
    }

    void at(long position, String more) {
        if (bar != null) {
            bar.stepTo(position);
            bar.setExtraMessage(more);
        } else if (position * LINES / max > tenths) {
            tenths = position * LINES / max;
            System.err.printf("%,d of %,d %s, %s%n", position, max, unit, more);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
