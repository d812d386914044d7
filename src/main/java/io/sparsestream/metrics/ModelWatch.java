package io.sparsestream.metrics;

import io.sparsestream.learn.DriftDetector;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.StepResult;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns in the log of what a person should look at: an error that rises, a layer whose units have stopped answering. */
final class ModelWatch {
    private static final Logger LOG = LoggerFactory.getLogger(ModelWatch.class);

    /** Fraction of a layer's units, those that are always off and saturated ones together, from which on the layer is stuck. */
    static final double STUCK_FROM = 0.9;

    /** Below this fraction the layer has recovered: if it is stuck again, there is another warning. */
    private static final double RECOVERED_BELOW = STUCK_FROM / 2;

    private final String model;
    private final Set<String> stuck = new HashSet<>(); // layers that were warned of
    private DriftDetector drift = new DriftDetector();
    private long nextStep; // if nobody sets the model back
    private Optional<Hyperparameters> lastHyperparameters = Optional.empty(); // before the first step

    ModelWatch(String model) {
        this.model = model;
    }

    /** Forgets the errors seen so far: the model is in another state. */
    void restart() {
        drift = new DriftDetector();
    }

    /**
     * Takes in a step. The search for drift begins anew where the error may change because the model has: it was told
     * other hyperparameters, or its steps ran backwards, since it was rolled back or reset.
     *
     * @return whether the step shows that the error has risen
     */
    boolean isDrift(StepResult result, Hyperparameters hyperparameters) {
        if (lastHyperparameters.isEmpty() || !lastHyperparameters.get().equals(hyperparameters)) {
            lastHyperparameters = Optional.of(hyperparameters);
            restart();
        }
        if (result.step() < nextStep) {
            restart();
        }
        nextStep = result.step() + 1;
        if (!drift.isDrift(result.losses().mse())) {
            return false;
        }
        LOG.warn(
                "model {}: the reconstruction error has risen by step {}: has the stream changed?",
                model,
                result.step());
        return true;
    }

    /** Warns once of each layer whose units answer to all images alike. */
    void lookForStuckLayers(LearnerSnapshot snapshot) {
        snapshot.layers().forEach((name, layer) -> {
            double fraction = layer.off() + layer.saturated();
            if (fraction < RECOVERED_BELOW) {
                stuck.remove(name);
            } else if (fraction >= STUCK_FROM && stuck.add(name)) {
                LOG.warn(
                        "model {}: {} of the units of {} are off and {} saturated by step {}: they answer to all images"
                                + " alike and hardly learn; lower the learning rate, alpha or beta, under a new --model"
                                + " name, or roll back",
                        model,
                        percent(layer.off()),
                        name,
                        percent(layer.saturated()),
                        snapshot.step());
            }
        });
    }

    private static String percent(double fraction) {
        return Math.round(100 * fraction) + " %";
    }
}
