package io.sparsestream.cli.option;

import java.time.Duration;

/** A duration as options have it. */
public final class Seconds {
    private Seconds() {}

    /** @throws IllegalArgumentException if the option's value is negative or no number */
    public static Duration of(String option, double seconds) {
        if (!(seconds >= 0) || seconds > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    option + " must be zero or a positive number of seconds, not " + seconds);
        }
        return Duration.ofMillis(Math.round(seconds * 1000));
    }
}
