package io.sparsestream.metrics;

import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one learner has learned: activations, units, norms and hyperparameters. A scrape reads the snapshot that the
 * training thread has handed over last, never the learner's live arrays.
 */
final class LearnerMeters {
    private static final List<String> QUANTILES = List.of("0.05", "0.25", "0.5", "0.75", "0.95");

    private final MeterGroup group;
    private volatile LearnerSnapshot snapshot;

    /** @param first shown at first; it names the layers and weight matrices that have meters */
    LearnerMeters(MeterGroup group, LearnerSnapshot first) {
        this.group = group;
        snapshot = first;
        first.layers().keySet().forEach(this::registerLayer);
        for (String tensor : first.weightNorms().keySet()) {
            gauge(
                    "sparsestream.weight.norm",
                    "L2 norm of a weight matrix",
                    Tags.of("tensor", tensor),
                    now -> now.weightNorms().get(tensor));
        }
        gauge(
                "sparsestream.activation.target",
                "Mean activation that the sparsity term pulls every hidden unit towards",
                Tags.empty(),
                now -> now.hyperparameters().rho());
        registerHyperparameters(List.copyOf(first.layers().keySet()));
    }

    /** Hands over what scrapes show from now on. */
    void show(LearnerSnapshot next) {
        snapshot = next;
    }

    /** @param layers hidden ones, in their order */
    private void registerHyperparameters(List<String> layers) {
        hyperparameter("learning-rate", now -> now.hyperparameters().learningRate(now.step()));
        hyperparameter("alpha", now -> now.hyperparameters().alpha());
        hyperparameter("rho", now -> now.hyperparameters().rho());
        hyperparameter("batch", now -> now.hyperparameters().batch());
        hyperparameter("beta1", now -> now.hyperparameters().beta1());
        hyperparameter("beta2", now -> now.hyperparameters().beta2());
        hyperparameter("epsilon", now -> now.hyperparameters().epsilon());
        for (int i = 0; i < layers.size(); i++) {
            int layer = i;
            hyperparameter(
                    layer == 0 ? "beta" : "beta." + layers.get(layer),
                    now -> now.hyperparameters().beta(layer));
        }
    }

    private void registerLayer(String name) {
        Tags layer = Tags.of("layer", name);
        String mean = "sparsestream.activation.mean";
        String meanDescription = "Average activation over a layer's units";
        layerGauge(mean, meanDescription, layer.and("window", "all"), name, LearnerSnapshot.Layer::meanOfAll);
        layerGauge(mean, meanDescription, layer.and("window", "recent"), name, LearnerSnapshot.Layer::meanOfRecent);
        layerGauge(
                "sparsestream.units.saturated",
                "Fraction of units that are saturated of late",
                layer,
                name,
                LearnerSnapshot.Layer::saturated);
        for (String quantile : QUANTILES) {
            double q = Double.parseDouble(quantile);
            layerGauge(
                    "sparsestream.activation.quantile",
                    "Quantile over a layer's units of their recent average activation",
                    layer.and("q", quantile),
                    name,
                    found -> found.quantile(q));
        }
    }

    private void layerGauge(
            String name, String description, Tags tags, String layer, ToDoubleFunction<LearnerSnapshot.Layer> value) {
        gauge(name, description, tags, now -> value.applyAsDouble(now.layers().get(layer)));
    }

    private void hyperparameter(String name, ToDoubleFunction<LearnerSnapshot> value) {
        gauge("sparsestream.hyperparameter", "What a person chose about learning", Tags.of("name", name), value);
    }

    private void gauge(String name, String description, Tags tags, ToDoubleFunction<LearnerSnapshot> value) {
        group.gauge(name, description, tags, () -> value.applyAsDouble(snapshot));
    }
}
