package io.sparsestream.metrics;

import io.micrometer.core.instrument.Tags;
import io.sparsestream.learn.InputBounds;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** The present scale of the inputs, as quantiles over them. A scrape reads the bounds that were shown last. */
final class ScaleMeters {
    private static final List<String> QUANTILES = List.of("0", "0.25", "0.5", "0.75", "1");

    private volatile InputBounds shown;

    /** @param first shown at first */
    ScaleMeters(MeterGroup group, InputBounds first) {
        shown = first;
        register(group, "lower", InputBounds::lower);
        register(group, "upper", InputBounds::upper);
    }

    /** Hands over what scrapes show from now on. */
    void show(InputBounds next) {
        shown = next;
    }

    private void register(MeterGroup group, String bound, Function<InputBounds, double[]> values) {
        for (String quantile : QUANTILES) {
            double q = Double.parseDouble(quantile);
            group.gauge(
                    "sparsestream.input.scale",
                    "Quantile over the inputs of the values between which each is scaled: least and greatest, or one"
                            + " standard deviation below and above the mean",
                    Tags.of("bound", bound, "q", quantile),
                    () -> quantile(values.apply(shown), q));
        }
    }

    private static double quantile(double[] values, double q) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return LearnerSnapshot.quantile(sorted, q);
    }
}
