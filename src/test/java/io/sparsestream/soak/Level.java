package io.sparsestream.soak;

import io.sparsestream.soak.Series.Sample;
import java.util.Locale;
import java.util.Optional;

/**
 * Where a measure stood once all was warm, and where it stands at the end: what its statistic makes of the second and of the
 * last quarter of a run.
 */
record Level(String of, Measure measure, double before, double after) {
    private static final int LEAST_SAMPLES = 2; // of a quarter

    /**
     * That of a series.
     *
     * @param seconds of the whole run
     * @return empty if it was hardly looked at in one of the two quarters
     */
    static Optional<Level> of(Series series, double seconds) {
        double[] before = values(series, seconds / 4, seconds / 2);
        double[] after = values(series, seconds * 3 / 4, Double.POSITIVE_INFINITY);
        Statistic statistic = series.measure().statistic();
        return Math.min(before.length, after.length) < LEAST_SAMPLES
                ? Optional.empty()
                : Optional.of(new Level(series.of(), series.measure(), statistic.of(before), statistic.of(after)));
    }

    private static double[] values(Series series, double from, double to) {
        return series.samples().stream()
                .filter(sample -> sample.seconds() >= from && sample.seconds() < to)
                .mapToDouble(Sample::value)
                .sorted()
                .toArray();
    }

    double change() {
        return after - before;
    }

    /** What has changed by how much more than it may; empty where it is level. */
    Optional<String> violation() {
        double growth = measure.tolerance().growthFrom(before);
        double loss = measure.tolerance().lossFrom(before);
        if (change() > growth) {
            return Optional.of(describe("grown", growth));
        }
        return -change() > loss ? Optional.of(describe("fallen", loss)) : Optional.empty();
    }

    private String describe(String how, double tolerated) {
        return String.format(
                Locale.ROOT,
                "%s of %s: %s by %.1f%s, from %.1f to %.1f, where %.1f is tolerated",
                measure.label(),
                of,
                how,
                Math.abs(change()),
                measure.unit(),
                before,
                after,
                tolerated);
    }
}
