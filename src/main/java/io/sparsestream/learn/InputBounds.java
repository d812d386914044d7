package io.sparsestream.learn;

import java.util.Optional;

/**
 * The present scale of each input, in its own units.
 *
 * @param lower what is scaled to 0, or of standard deviations to −1 [inputs]
 * @param upper what is scaled to 1 [inputs]
 */
public record InputBounds(double[] lower, double[] upper) {
    /** A copy of what a learner's inputs are scaled by; empty where they are learned from as they come. */
    public static Optional<InputBounds> of(Learner learner) {
        InputScale.Shape shape = learner.hyperparameters().scale().shape();
        if (shape == InputScale.Shape.NONE) {
            return Optional.empty();
        }
        float[] offset = learner.state().parameter(InputScale.OFFSET);
        float[] factor = learner.state().parameter(InputScale.FACTOR);
        double[] lower = new double[offset.length];
        double[] upper = new double[offset.length];
        for (int j = 0; j < offset.length; j++) {
            double width = factor[j] == 0 ? 0 : 1.0 / factor[j];
            lower[j] = shape == InputScale.Shape.MINMAX ? offset[j] : offset[j] - width;
            upper[j] = offset[j] + width;
        }
        return Optional.of(new InputBounds(lower, upper));
    }
}
