package io.sparsestream.metrics;

import io.micrometer.core.instrument.Tags;
import io.sparsestream.learn.LossByLabel;
import io.sparsestream.learn.StepResult;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The error by label: a gauge for each label, once an image of it has come. Written by the training thread. */
final class LabelMeters {
    private final MeterGroup group;
    private final LossByLabel losses = new LossByLabel();
    private final Set<String> registered = new HashSet<>();
    private volatile Map<String, Double> shown = Map.of(); // by label; never written to again

    LabelMeters(MeterGroup group) {
        this.group = group;
    }

    /** Takes in the images of a step; nothing shows it yet. */
    void add(StepResult result) {
        losses.add(result);
    }

    /** Hands over to scrapes what was taken in. */
    void show() {
        shown = losses.toMap();
        for (String label : shown.keySet()) {
            if (registered.add(label)) {
                group.gauge(
                        "sparsestream.loss.label",
                        "Mean squared error of about the last 1,000 images of a label, before training",
                        Tags.of("label", label),
                        () -> shown.get(label));
            }
        }
    }
}
