package io.sparsestream.sweep;

import io.sparsestream.learn.Evaluation;
import io.sparsestream.learn.Hyperparameters;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One setting, and what has become of it.
 *
 * @param id from 1
 * @param steps made, as of the last checkpoint or its end
 * @param mse on the test split at its end, null before
 * @param meanActivation by hidden layer likewise, null before
 */
public record Trial(
        int id,
        Hyperparameters hyperparameters,
        Status status,
        long steps,
        Double mse,
        Map<String, Double> meanActivation) {
    /** Of a trial. */
    public enum Status {
        RUNNING,
        /** Has made all steps. */
        FINISHED,
        /** Halving has ended it, for others were better. */
        STOPPED,
        DIVERGED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Trial of(int id, Hyperparameters hyperparameters) {
        return new Trial(id, hyperparameters, Status.RUNNING, 0, null, null);
    }

    Trial running(long madeSteps) {
        return new Trial(id, hyperparameters, Status.RUNNING, madeSteps, null, null);
    }

    Trial diverged(long madeSteps) {
        return new Trial(id, hyperparameters, Status.DIVERGED, madeSteps, null, null);
    }

    Trial ended(Status how, long madeSteps, Evaluation evaluation) {
        return new Trial(
                id,
                hyperparameters,
                how,
                madeSteps,
                evaluation.losses().mse(),
                new LinkedHashMap<>(evaluation.meanActivation()));
    }

    /**
     * How far the layer that is farthest from it is from the target: max |mean activation − ρ| / ρ over the hidden
     * layers. A goal of 0.018 to 0.022 for ρ = 0.02 is a distance of at most 0.1.
     */
    double distance() {
        double rho = hyperparameters.rho();
        return meanActivation.values().stream()
                .mapToDouble(mean -> Math.abs(mean - rho) / rho)
                .max()
                .orElseThrow();
    }
}
