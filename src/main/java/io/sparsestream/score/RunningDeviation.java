package io.sparsestream.score;

import java.nio.ByteBuffer;

/**
 * How far a value lies from the stream's running mean, in standard deviations. Mean and variance are plain ones over the
 * first {@code window} values and exponentially weighted from then on (T. Finch, "Incremental calculation of weighted
 * mean and variance", 2009, section 9).
 */
final class RunningDeviation {
    /** Below this many values a standard deviation says nothing. */
    static final long LEAST = 100;

    private final int window;
    private long count;
    private double mean;
    private double variance;

    /** @param window values over which it looks back */
    RunningDeviation(int window) {
        this.window = window;
    }

    /** Goes on where {@link #toBytes} was called. */
    RunningDeviation(int window, byte[] state) {
        this(window);
        ByteBuffer buffer = ByteBuffer.wrap(state);
        count = buffer.getLong();
        mean = buffer.getDouble();
        variance = buffer.getDouble();
    }

    byte[] toBytes() {
        return ByteBuffer.allocate(Long.BYTES + 2 * Double.BYTES)
                .putLong(count)
                .putDouble(mean)
                .putDouble(variance)
                .array();
    }

    /** The deviation of a value from those before it, or null before there are enough; then takes it in. */
    Double next(double value) {
        double difference = value - mean;
        Double deviation = count < LEAST || variance == 0 ? null : Double.valueOf(difference / Math.sqrt(variance));
        count++;
        double weight = 1.0 / Math.min(count, window);
        mean += weight * difference;
        variance = (1 - weight) * (variance + weight * difference * difference);
        return deviation;
    }
}
