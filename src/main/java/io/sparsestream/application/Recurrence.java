package io.sparsestream.application;

import java.time.Duration;
import java.util.OptionalLong;

/** Tells what happens now and then from what happens again at once. */
final class Recurrence {
    private final Duration within;
    private OptionalLong before = OptionalLong.empty(); // by the clock of nanoseconds

    /** @param within for what is so soon after the time before */
    Recurrence(Duration within) {
        this.within = within;
    }

    /** It has happened; whether that is not soon after the time before. */
    synchronized boolean isSeldom() {
        long now = System.nanoTime();
        boolean seldom = before.isEmpty() || now - before.getAsLong() > within.toNanos();
        before = OptionalLong.of(now);
        return seldom;
    }
}
