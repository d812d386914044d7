package io.sparsestream.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Tags;
import io.sparsestream.learn.ForwardPass;

/** How unlike those before them records are, and how many were told. */
final class AnomalyMeters {
    /** Records of a mini-batch that are looked at: enough for a histogram, and next to nothing beside a step. */
    private static final int SAMPLE = 16;

    /** Whole ones: Micrometer rounds what it counts in buckets up to whole numbers. */
    private static final double[] BOUNDS = {1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 50};

    private final DistributionSummary scores;
    private final Counter told;

    AnomalyMeters(MeterGroup group) {
        scores = group.summary(
                "sparsestream.anomaly.score",
                "Standard deviations by which ln of the error is above that of late, 0 where it is below; of the first "
                        + SAMPLE + " records of each mini-batch",
                Tags.empty(),
                BOUNDS);
        told = group.counter("sparsestream.anomalies", "anomalies", "Records that were told as anomalies");
    }

    /** Takes in a step; called by the thread that trains. */
    void add(ForwardPass forward) {
        double[] deviation = forward.anomalies().deviation();
        for (int i = 0; i < Math.min(SAMPLE, forward.images()); i++) {
            scores.record(Math.max(0, deviation[i])); // which drops NaN: what is not known yet
        }
    }

    /** One record was told. */
    void count() {
        told.increment();
    }
}
