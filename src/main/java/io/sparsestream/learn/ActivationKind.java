package io.sparsestream.learn;

import java.util.Locale;

/**
 * What a hidden layer makes of its sums z, as data. The text form is {@code sigmoid}, {@code relu}, {@code topk:K},
 * {@code batchtopk:K} or {@code jumprelu}.
 *
 * @param shape which function
 * @param k active units of an image, at most, or on average if {@code batchtopk}; 0 where the function has no such number
 */
public record ActivationKind(Shape shape, int k) {
    /** The default, and what every model had before there were others. */
    public static final ActivationKind SIGMOID = new ActivationKind(Shape.SIGMOID, 0);

    static final ActivationKind RELU = new ActivationKind(Shape.RELU, 0);

    /** The function itself. */
    public enum Shape {
        SIGMOID(false),
        RELU(false),
        TOPK(true),
        BATCHTOPK(true),
        JUMPRELU(false);

        private final boolean counts;

        Shape(boolean counts) {
            this.counts = counts;
        }

        /** The name that people use. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @throws IllegalArgumentException unless k fits the function */
    public ActivationKind {
        if (shape.counts) {
            Requirement.that(k >= 1, shape + "'s number of units", "at least 1", k);
        } else {
            Requirement.that(k == 0, shape + "'s number of units", "left out", k);
        }
    }

    /** @throws IllegalArgumentException if the text is no activation */
    public static ActivationKind of(String text) {
        String[] parts = text.strip().split(":", -1);
        for (Shape shape : Shape.values()) {
            if (shape.toString().equals(parts[0]) && parts.length == (shape.counts ? 2 : 1)) {
                try {
                    return new ActivationKind(shape, shape.counts ? Integer.parseInt(parts[1]) : 0);
                } catch (NumberFormatException e) {
                    break;
                }
            }
        }
        throw new IllegalArgumentException("activation must be sigmoid, relu, topk:K, batchtopk:K or jumprelu,"
                + " or one for each layer like topk:30/topk:8, not '" + text + "'");
    }

    /** Whether units can be exactly 0, and so silent. */
    public boolean hasZeros() {
        return shape != Shape.SIGMOID;
    }

    /** A unit of such a layer is active for an image where its activation is above this. */
    public float activeAbove() {
        return hasZeros() ? 0 : 0.1f;
    }

    /** Whether, of that many units, so few are active that sums over those alone are quicker than over all. */
    boolean isFewOf(int units) {
        return shape.counts && 4L * k <= units;
    }

    @Override
    public String toString() {
        return shape.counts ? shape + ":" + k : shape.toString();
    }
}
