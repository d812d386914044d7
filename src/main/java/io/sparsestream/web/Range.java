package io.sparsestream.web;

/**
 * What values lie between.
 *
 * @param low at most {@code high}
 */
record Range(double low, double high) {
    /** Of the values that are numbers; of none it is 0 … 0. */
    static Range of(float[] values) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (float value : values) {
            if (Float.isFinite(value)) {
                low = Math.min(low, value);
                high = Math.max(high, value);
            }
        }
        return low <= high ? new Range(low, high) : new Range(0, 0);
    }

    /** How far a value is from low to high, 0 … 1; 0 where there is no way between them, or the value is no number. */
    double place(double value) {
        double place = (value - low) / (high - low);
        return Double.isNaN(place) ? 0 : Math.max(0, Math.min(1, place));
    }

    /** The same as a byte: black is low, white is high. */
    byte grey(double value) {
        return (byte) (int) (255 * place(value) + 0.5);
    }
}
