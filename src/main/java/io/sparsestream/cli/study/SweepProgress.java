package io.sparsestream.cli.study;

import io.sparsestream.cli.terminal.Progress;
import io.sparsestream.sweep.Sweep;
import java.util.Locale;

/** How far a sweep has come. */
final class SweepProgress implements Sweep.Listener, AutoCloseable {
    private final Progress progress;

    SweepProgress(long steps, int trials) {
        System.err.printf(Locale.ROOT, "%d trials of %,d steps%n", trials, steps);
        progress = new Progress("sweep", "steps", steps);
    }

    @Override
    public void onProgress(long step, int running) {
        progress.at(step, running + " trials running");
    }

    @Override
    public void onMessage(String line) {
        System.err.println(line);
    }

    @Override
    public void close() {
        progress.close();
    }
}
