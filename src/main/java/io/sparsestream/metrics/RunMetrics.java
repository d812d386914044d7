package io.sparsestream.metrics;

import io.micrometer.core.instrument.MeterRegistry;

/**
 * Whether a run that ends by itself has ended, as a meter of each model. A trainer that runs until it is stopped has none:
 * so an alert can tell one that is gone from a run that is over, even where that is over before the next scrape.
 */
public final class RunMetrics {
    private volatile boolean finished;

    public RunMetrics(MeterRegistry registry, Iterable<String> models) {
        for (String model : models) {
            MeterGroup.of(registry, model)
                    .gauge(
                            "sparsestream.finished",
                            "1 once a run that ends by itself has ended as intended, 0 before",
                            () -> finished ? 1 : 0);
        }
    }

    /** The run has ended as intended. */
    public void finish() {
        finished = true;
    }
}
