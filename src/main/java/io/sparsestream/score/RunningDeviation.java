package io.sparsestream.score;

import java.nio.ByteBuffer;

/**
 * How far the logarithm of an error lies from the stream's running mean, in standard deviations. Mean and variance are
 * plain ones over the first {@code window} values and exponentially weighted from then on (T. Finch, "Incremental
 * calculation of weighted mean and variance", 2009, section 9). What is far off is taken in as if it were nearer, so that
 * some odd images do not make all others look usual (winsorizing).
 */
final class RunningDeviation {
    /** Below this many values a standard deviation says nothing. */
    static final long LEAST = 100;

    /** Least standard deviation: errors that differ by a twentieth are alike, however long they have been equal. */
    static final double FLOOR = 0.05;

    /** Standard deviations from the mean beyond which a value is taken in as if it lay there. */
    static final double LIMIT = 3;

    /** Standard deviation that is assumed while {@link #LEAST} values have not come: an error e times as large. */
    private static final double ASSUMED = 1;

    private final int window;
    private long count;
    private double mean;
    private double variance;

    /** @param window values over which it looks back */
    RunningDeviation(int window) {
        this.window = window;
    }

    /**
     * Goes on where {@link #toBytes} was called.
     *
     * @param state its result
     */
    RunningDeviation(int window, byte[] state) {
        this(window);
        ByteBuffer buffer = ByteBuffer.wrap(state);
        count = buffer.getLong();
        mean = buffer.getDouble();
        variance = buffer.getDouble();
    }

    /** Count, mean and variance, 8 bytes each, big-endian. */
    byte[] toBytes() {
        return ByteBuffer.allocate(Long.BYTES + 2 * Double.BYTES)
                .putLong(count)
                .putDouble(mean)
                .putDouble(variance)
                .array();
    }

    /**
     * The deviation of a value from those before it, or null before there are enough; then takes it in.
     *
     * @param value a logarithm, so that {@link #FLOOR} is a ratio; what is no number has no deviation and is not taken in
     */
    Double next(double value) {
        if (Double.isNaN(value)) {
            return null;
        }
        double deviation = Math.max(FLOOR, Math.sqrt(variance));
        double difference = value - mean;
        boolean isKnown = count >= LEAST;
        takeIn(difference, LIMIT * (isKnown ? deviation : Math.max(ASSUMED, deviation)));
        return isKnown ? Double.valueOf(difference / deviation) : null;
    }

    private void takeIn(double difference, double limit) {
        double near = count == 0 ? difference : Math.max(-limit, Math.min(limit, difference));
        count++;
        double weight = 1.0 / Math.min(count, window);
        mean += weight * near;
        variance = (1 - weight) * (variance + weight * near * near);
    }
}
