package io.sparsestream.cli;

import io.sparsestream.sweep.Sweep;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar where somebody looks; else a line every tenth of the way. */
final class SweepProgress implements Sweep.Listener, AutoCloseable {
    private static final int LINES = 10;

    private final long steps;
    private final ProgressBar bar;
    private long tenths;

    SweepProgress(long steps, int trials) {
        this.steps = steps;
        System.err.printf("%d trials of %,d steps%n", trials, steps);
        bar = System.console() == null
                ? null
                : new ProgressBarBuilder()
                        .setTaskName("sweep")
                        .setInitialMax(steps)
                        .setUnit(" steps", 1)
                        .setStyle(ProgressBarStyle.ASCII)
                        .showSpeed()
                        .build();
    }

    @Override
    public void onProgress(long step, int running) {
        if (bar != null) {
            bar.stepTo(step);
            bar.setExtraMessage(running + " trials");
        } else if (step * LINES / steps > tenths) {
            tenths = step * LINES / steps;
            System.err.printf("step %,d of %,d, %d trials running%n", step, steps, running);
        }
    }

    @Override
    public void onMessage(String line) {
        System.err.println(line);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
