package io.sparsestream.learn;

import java.util.Locale;

/**
 * How the learning rate changes with the step t over a length of T steps; after them it stays what it is then. So a
 * stream that never ends is never learned from at a rate of 0.
 *
 * <pre>
 * constant  1
 * cosine    f + (1 − f) · ½ (1 + cos(π t/T))     I. Loshchilov, F. Hutter, "SGDR", ICLR 2017, (5) without restarts
 * step      1, from T/2 on f, from 3T/4 on f²    K. He et al., "Deep Residual Learning", CVPR 2016, section 4.2
 * </pre>
 *
 * @param shape which of these
 * @param steps T; 0 if constant
 * @param factor f; 1 if constant
 */
public record Schedule(Shape shape, long steps, double factor) {
    /** The same rate at every step. */
    public static final Schedule CONSTANT = new Schedule(Shape.CONSTANT, 0, 1);

    /** As long as the reference experiment. */
    private static final long DEFAULT_STEPS = 20_000;

    /** The form of the curve. */
    public enum Shape {
        CONSTANT(1),
        /** To a hundredth, which is enough to settle, and still follows a stream that changes. */
        COSINE(0.01),
        STEP(0.1);

        private final double defaultFactor;

        Shape(double defaultFactor) {
            this.defaultFactor = defaultFactor;
        }

        /** @throws IllegalArgumentException if there is none of that name */
        static Shape of(String name) {
            for (Shape shape : values()) {
                if (shape.toString().equals(name)) {
                    return shape;
                }
            }
            throw new IllegalArgumentException("schedule must be constant, cosine or step, not '" + name + "'");
        }

        /** The name that people use. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @throws IllegalArgumentException naming the first value that makes no schedule */
    public Schedule {
        Requirement.that(shape != null, "schedule", "constant, cosine or step", "left out");
        if (shape == Shape.CONSTANT) {
            steps = 0;
            factor = 1;
        } else {
            Requirement.that(steps >= 1, "schedule-steps", "at least 1", steps);
            Requirement.that(factor > 0 && factor <= 1, "schedule-factor", "above 0 and not above 1", factor);
        }
    }

    /** With the length of the reference experiment and the shape's usual factor: 0.01 for cosine, 0.1 for step. */
    static Schedule of(Shape shape) {
        return new Schedule(shape, DEFAULT_STEPS, shape.defaultFactor);
    }

    /** What the learning rate is multiplied by in a step, counted from 0. */
    double at(long step) {
        return switch (shape) {
            case CONSTANT -> 1;
            case COSINE -> factor + (1 - factor) * (1 + Math.cos(Math.PI * Math.min(step, steps) / steps)) / 2;
            case STEP -> step < steps / 2.0 ? 1 : step < steps * 0.75 ? factor : factor * factor;
        };
    }
}
