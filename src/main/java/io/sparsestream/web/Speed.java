package io.sparsestream.web;

/** Rate of a count that only grows, over the last few looks at it. */
final class Speed {
    private static final int LOOKS = 12;

    private final long[] nanos = new long[LOOKS];
    private final long[] counts = new long[LOOKS];
    private int looks;

    /** Takes a look; returns the count's growth per second since the oldest look that is remembered. */
    double perSecond(long count, long now) {
        int at = looks % LOOKS;
        int oldest = looks < LOOKS ? 0 : at;
        double rate = looks == 0 ? 0 : (count - counts[oldest]) * 1e9 / Math.max(1, now - nanos[oldest]);
        nanos[at] = now;
        counts[at] = count;
        looks++;
        return rate;
    }
}
