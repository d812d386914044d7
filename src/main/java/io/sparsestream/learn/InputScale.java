package io.sparsestream.learn;

import java.util.Locale;

/**
 * What is made of the inputs before they are learned from.
 *
 * @param shape how each is scaled
 * @param after records that are only counted before the first step; 0 where nothing is scaled
 */
public record InputScale(Shape shape, int after) {
    /** Tensor [inputs] of a scaled model: subtracted from each input. */
    public static final String OFFSET = "x_offset";

    /** Tensor [inputs] of a scaled model: what the difference is multiplied with; 0 for an input that is not known yet. */
    public static final String FACTOR = "x_factor";

    /**
     * Array [inputs] of a scaled model's state: the first images, of which none had a value of the input. A state of earlier
     * versions, which counted them as if the input had been 0, does not have it: there it is all 0.
     */
    public static final String MISSING = "inputs.missing";

    /** Inputs are learned from as they come. */
    public static final InputScale NONE = new InputScale(Shape.NONE, 0);

    /** Records that are only counted, unless told otherwise. */
    private static final int USUAL_AFTER = 8;

    /** How each input is scaled. */
    public enum Shape {
        NONE(Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY),
        /** Least and greatest value that came before are 0 and 1. */
        MINMAX(0, 1),
        /** In standard deviations from the mean of those that came before. */
        STANDARD(-InputStatistics.CLIP, InputStatistics.CLIP);

        private final float least;
        private final float greatest;

        Shape(float least, float greatest) {
            this.least = least;
            this.greatest = greatest;
        }

        /** Where scaled values are cut off below. */
        public float least() {
            return least;
        }

        /** Where scaled values are cut off above. */
        public float greatest() {
            return greatest;
        }

        /** Between the two: what stands for a missing value in a published model, which does not have the mean. */
        public float middle() {
            return (least + greatest) / 2;
        }

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
