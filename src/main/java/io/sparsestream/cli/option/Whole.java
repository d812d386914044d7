package io.sparsestream.cli.option;

/** Whole numbers as options have them. */
public final class Whole {
    private Whole() {}

    /** @throws IllegalArgumentException if the option's value is below 1 */
    public static void positive(String option, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(option + " must be at least 1, not " + value);
        }
    }

    /** @throws IllegalArgumentException if the option's value is below 0 */
    public static void notNegative(String option, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(option + " must be zero or a positive number, not " + value);
        }
    }
}
