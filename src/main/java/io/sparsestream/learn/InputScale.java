package io.sparsestream.learn;

import java.util.Locale;

/**
 * What is made of the inputs before they are learned from.
 *
 * @param shape how each is scaled
 * @param after records that are only counted before the first step; 0 where nothing is scaled
 */
public record InputScale(Shape shape, int after) {
    /** Inputs are learned from as they come. */
    public static final InputScale NONE = new InputScale(Shape.NONE, 0);

    /** Records that are only counted, unless told otherwise. */
    private static final int USUAL_AFTER = 8;

    /** How each input is scaled. */
    public enum Shape {
        NONE,
        /** Least and greatest value that came before are 0 and 1. */
        MINMAX,
        /** In standard deviations from the mean of those that came before. */
        STANDARD;

        /** @throws IllegalArgumentException if there is none of that name */
        static Shape of(String name) {
            for (Shape shape : values()) {
                if (shape.toString().equals(name)) {
                    return shape;
                }
            }
            throw new IllegalArgumentException("scale must be none, minmax or standard, not '" + name + "'");
        }

        /** The name that people use. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @throws IllegalArgumentException on a negative number */
    public InputScale {
        Requirement.that(shape != null, "scale", "none, minmax or standard", "left out");
        Requirement.that(after >= 0, "scale-after", "zero or a positive number", after);
        Requirement.that(after == 0 || shape != Shape.NONE, "scale-after", "0 where nothing is scaled", after);
    }

    /** With the usual number of records before the first step. */
    static InputScale of(Shape shape) {
        return shape == Shape.NONE ? NONE : new InputScale(shape, USUAL_AFTER);
    }

    /** Whether inputs are scaled at all. */
    public boolean isGiven() {
        return shape != Shape.NONE;
    }
}
