package io.sparsestream.metrics;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Tags;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Hyperparameters;
import java.util.ArrayList;
import java.util.List;

/** How many units of each hidden layer are active for an image, as histograms. Written by the training thread. */
final class ActiveUnitsMeters {
    private static final double[] BOUNDS = {1, 2, 5, 10, 20, 30, 50, 75, 100, 150, 200, 300, 500, 1000, 2000, 5000};

    private final List<DistributionSummary> layers = new ArrayList<>();

    ActiveUnitsMeters(MeterGroup group, Architecture architecture) {
        for (int layer = 0; layer < architecture.hiddenLayers(); layer++) {
            layers.add(group.summary(
                    "sparsestream.active.units",
                    "Active units of a hidden layer for each image of the mini-batches that were looked at",
                    Tags.of("layer", architecture.hiddenLayer(layer)),
                    BOUNDS));
        }
    }

    /** Takes in every image of a step. */
    void add(ForwardPass forward, Hyperparameters hyperparameters) {
        for (int layer = 0; layer < layers.size(); layer++) {
            float above = hyperparameters.activation(layer).activeAbove();
            for (int image = 0; image < forward.images(); image++) {
                layers.get(layer).record(forward.active(layer, image, above));
            }
        }
    }
}
