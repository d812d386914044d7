package io.sparsestream.learn;

/** What values must be. The message is one line for people: {@code name must be expected, not found}. */
final class Requirement {
    /** What every number must be besides. */
    static final String FLOAT32 = "0, or from 1.17549435E-38 to 3.4028235E38 in size, as float32 can hold it";

    private Requirement() {}

    /** @throws IllegalArgumentException unless it holds */
    static void that(boolean holds, String name, String expected, Object found) {
        if (!holds) {
            throw new IllegalArgumentException(name + " must be " + expected + ", not " + found);
        }
    }

    /**
     * Infinite values and those that are not numbers are for others to refuse.
     *
     * @throws IllegalArgumentException unless float32 can hold the number
     */
    static void float32(String name, double value) {
        double size = Math.abs(value);
        boolean isOutside =
                size > 0 && size < Float.MIN_NORMAL || size > Float.MAX_VALUE && size < Double.POSITIVE_INFINITY;
        that(!isOutside, name, FLOAT32, value);
    }
}
