package io.sparsestream.learn;

import java.nio.ByteBuffer;

/**
 * How far the logarithm of an error lies from the stream's running mean, in standard deviations. Mean and variance are
 * plain ones over the first {@code window} values and exponentially weighted from then on (T. Finch, "Incremental
 * calculation of weighted mean and variance", 2009, section 9). What is far off is taken in as if it were nearer, so that
 * some odd images do not make all others look usual (winsorizing).
 */
public final class RunningDeviation {
    /** Below this many values a standard deviation says nothing. */
    public static final long LEAST = 100;

    /** Least standard deviation: errors that differ by a twentieth are alike, however long they have been equal. */
    static final double FLOOR = 0.05;

    /** Standard deviations from the mean beyond which a value is taken in as if it lay there. */
    static final double LIMIT = 3;

    /** Standard deviation that is assumed while {@link #LEAST} values have not come: an error e times as large. */
    private static final double ASSUMED = 1;

    /** Numbers of its state. */
    static final int NUMBERS = 3;

    private final int window;
    private final double[] state; // count, mean, variance

    /**
     * Begins with nothing.
     *
     * @param window values over which it looks back
     */
    public RunningDeviation(int window) {
        this(window, new double[NUMBERS]);
    }

    /** @param state live: count, mean and variance, all 0 at the beginning */
    RunningDeviation(int window, double[] state) {
        this.window = window;
        this.state = state;
    }

    /**
     * Goes on where {@link #toBytes} was called.
     *
     * @param bytes its result
     */
    public RunningDeviation(int window, byte[] bytes) {
        this(window);
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        state[0] = buffer.getLong();
        state[1] = buffer.getDouble();
        state[2] = buffer.getDouble();
    }

    /** Count, mean and variance, 8 bytes each, big-endian. */
    public byte[] toBytes() {
        return ByteBuffer.allocate(Long.BYTES + 2 * Double.BYTES)
                .putLong((long) state[0])
                .putDouble(state[1])
                .putDouble(state[2])
                .array();
    }

    /**
     * The deviation of a value from those before it, or null before there are enough; then takes it in.
     *
     * @param value a logarithm, so that {@link #FLOOR} is a ratio; what is no number has no deviation and is not taken in
     */
    public Double next(double value) {
        double deviation = of(value);
        takeIn(value);
        return Double.isNaN(deviation) ? null : Double.valueOf(deviation);
    }

    /** The deviation of a value from those that were taken in; NaN before there are enough, and of what is no number. */
    double of(double value) {
        return isKnown() ? (value - state[1]) / deviation() : Double.NaN;
    }

    private boolean isKnown() {
        return state[0] >= LEAST;
    }

    private double deviation() {
        return Math.max(FLOOR, Math.sqrt(state[2]));
    }

    /** Takes a value in, unless it is no number. */
    void takeIn(double value) {
        if (Double.isNaN(value)) {
            return;
        }
        double difference = value - state[1];
        double limit = LIMIT * (isKnown() ? deviation() : Math.max(ASSUMED, deviation()));
        double near = state[0] == 0 ? difference : Math.max(-limit, Math.min(limit, difference));
        state[0]++;
        double weight = 1.0 / Math.min(state[0], window);
        state[1] += weight * near;
        state[2] = (1 - weight) * (state[2] + weight * near * near);
    }
}
