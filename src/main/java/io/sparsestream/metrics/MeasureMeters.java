package io.sparsestream.metrics;

import io.micrometer.core.instrument.Tags;
import io.sparsestream.learn.LiveMeasures;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** How sparse and selective a model's layers are while it learns. A scrape reads the summary that was shown last. */
final class MeasureMeters {
    private static final List<String> QUANTILES = List.of("0", "0.05", "0.25", "0.5", "0.75", "0.95", "1");

    private final MeterGroup group;
    private volatile Shown shown;

    /** @param densities of each layer's units, ascending, by the layer's name */
    private record Shown(LiveMeasures.Summary summary, Map<String, double[]> densities) {
        static Shown of(LiveMeasures.Summary summary) {
            Map<String, double[]> densities = new HashMap<>();
            summary.layers().forEach((name, layer) -> densities.put(name, sorted(layer.density())));
            return new Shown(summary, densities);
        }

        private static double[] sorted(float[] density) {
            double[] sorted = new double[density.length];
            for (int j = 0; j < sorted.length; j++) {
                sorted[j] = density[j];
            }
            Arrays.sort(sorted);
            return sorted;
        }
    }

    /** @param first shown at first; it names the layers that have meters */
    MeasureMeters(MeterGroup group, LiveMeasures.Summary first) {
        this.group = group;
        shown = Shown.of(first);
        group.gauge(
                "sparsestream.explained.variance",
                "Share of the variance of the images of late that their reconstructions explain",
                () -> number(shown.summary().explainedVariance()));
        register(first.layers().keySet());
    }

    /** Hands over what scrapes show from now on. */
    void show(LiveMeasures.Summary next) {
        shown = Shown.of(next);
    }

    private void register(Set<String> layers) {
        for (String name : layers) {
            Tags layer = Tags.of("layer", name);
            String sparseness = "sparsestream.sparseness";
            String description =
                    "Treves-Rolls sparseness of late: lifetime of a unit over images, population of an image over units";
            gauge(
                    sparseness,
                    description,
                    name,
                    layer.and("kind", "lifetime"),
                    LiveMeasures.OfLayer::lifetimeSparseness);
            gauge(
                    sparseness,
                    description,
                    name,
                    layer.and("kind", "population"),
                    LiveMeasures.OfLayer::populationSparseness);
            gauge(
                    "sparsestream.units.dead",
                    "Fraction of units that were active for none of the images of late",
                    name,
                    layer,
                    LiveMeasures.OfLayer::deadShare);
            gauge(
                    "sparsestream.selectivity",
                    "Class selectivity of late, mean over units",
                    name,
                    layer,
                    LiveMeasures.OfLayer::classSelectivity);
            gauge(
                    "sparsestream.probe.accuracy",
                    "Share of the last 10,000 labels that a regression on the layer predicted before it learned them",
                    name,
                    layer,
                    LiveMeasures.OfLayer::probeAccuracy);
            for (String quantile : QUANTILES) {
                double q = Double.parseDouble(quantile);
                group.gauge(
                        "sparsestream.unit.density.quantile",
                        "Quantile over a layer's units of the share of images of late for which they are active",
                        layer.and("q", quantile),
                        () -> {
                            double[] densities = shown.densities().get(name);
                            return densities == null ? Double.NaN : LearnerSnapshot.quantile(densities, q);
                        });
            }
        }
    }

    private void gauge(
            String name, String description, String layer, Tags tags, Function<LiveMeasures.OfLayer, Double> value) {
        group.gauge(name, description, tags, () -> {
            LiveMeasures.OfLayer found = shown.summary().layers().get(layer);
            return found == null ? Double.NaN : number(value.apply(found));
        });
    }

    /** No number where there is nothing yet that it could be a measure of. */
    private static double number(Double value) {
        return value == null ? Double.NaN : value;
    }
}
