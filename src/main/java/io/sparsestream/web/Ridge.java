package io.sparsestream.web;

import java.util.Arrays;

/**
 * How the average activations of a layer's units were distributed at some of its steps: a histogram for each, by their
 * logarithm. Bounded: when all are taken, each second one is dropped. Not thread-safe.
 */
final class Ridge {
    private static final int CAPACITY = 160;
    private static final int PER_DECADE = 8;

    /** Averages from 0.0001 to 10; what is below counts in the first bin, what is above in the last. */
    private static final int BINS = 5 * PER_DECADE;

    private static final double LOWEST = 1e-4;

    private final long[] steps = new long[CAPACITY];
    private final byte[] shares = new byte[CAPACITY * BINS]; // 255: all units
    private int size;
    private long apart = 1; // steps between two histograms, at least

    /**
     * As the page gets it.
     *
     * @param steps of the histograms
     * @param bins of each, from {@code lowest} on
     * @param perDecade bins of a factor of ten
     * @param shares of the units, as bytes [steps × bins], of which 255 is all
     */
    record Points(long[] steps, int bins, int perDecade, double lowest, byte[] shares) {}

    /**
     * A histogram.
     *
     * @param units average of each
     * @return share of the units in each bin, as bytes, of which 255 is all
     */
    static byte[] row(float[] units) {
        int[] counts = new int[BINS];
        for (float average : units) {
            double decades = Math.log10(Math.max(average, LOWEST) / LOWEST);
            counts[Math.min(BINS - 1, (int) (decades * PER_DECADE))]++;
        }
        byte[] row = new byte[BINS];
        for (int bin = 0; bin < BINS; bin++) {
            row[bin] = (byte) Math.ceil(255.0 * counts[bin] / units.length);
        }
        return row;
    }

    /** @param units average of each */
    void add(long step, float[] units) {
        add(step, row(units));
    }

    /** @param row as {@link #row} makes it */
    void add(long step, byte[] row) {
        while (size > 0 && steps[size - 1] >= step) {
            size--; // void: the model was set back
        }
        if (size > 0 && step < steps[size - 1] + apart) {
            return;
        }
        if (size == CAPACITY) {
            halve();
        }
        System.arraycopy(row, 0, shares, size * BINS, BINS);
        steps[size++] = step;
    }

    private void halve() {
        size = CAPACITY / 2;
        for (int i = 0; i < size; i++) {
            steps[i] = steps[2 * i];
            System.arraycopy(shares, 2 * i * BINS, shares, i * BINS, BINS);
        }
        apart = (steps[size - 1] - steps[0]) / (size - 1);
    }

    Points points() {
        return new Points(Arrays.copyOf(steps, size), BINS, PER_DECADE, LOWEST, Arrays.copyOf(shares, size * BINS));
    }
}
