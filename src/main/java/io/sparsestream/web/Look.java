package io.sparsestream.web;

import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.InputBounds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The examples, and what a model makes of them.
 *
 * @param step updates made before
 * @param rows height of a record
 * @param columns width of a record
 * @param names of the inputs; empty if they have numbers
 * @param labels of the records, empty where unknown
 * @param heldOut whether the model is not trained on them
 * @param mse of each record
 * @param originals places of the values in their range as bytes [records × inputs]
 * @param reconstructions likewise
 * @param layers activations of the hidden layers; empty of a step that is past
 * @param steps that can be looked at again
 */
record Look(
        String model,
        long step,
        int rows,
        int columns,
        List<String> names,
        String[] labels,
        boolean heldOut,
        double[] mse,
        byte[] originals,
        byte[] reconstructions,
        List<Layer> layers,
        long[] steps) {
    /** Names of more inputs than that are of use to nobody. */
    private static final int MOST_NAMES = 40;

    /** Bars of inputs that are scaled by their standard deviations end so many of these from the mean. */
    private static final double DEVIATIONS = 3;

    /**
     * One hidden layer.
     *
     * @param full activation of a byte 255: 1, or the largest where that is more
     * @param activations as bytes [records × units]
     */
    record Layer(String name, int units, double full, byte[] activations) {
        static List<Layer> of(ForwardPass forward, List<String> names) {
            List<Layer> layers = new ArrayList<>();
            for (int layer = 0; layer < forward.activations().length; layer++) {
                int units = forward.meanActivations()[layer].length;
                float[] values = forward.activations()[layer];
                Range range = new Range(0, 1);
                for (int i = 0; i < forward.images() * units; i++) {
                    range = values[i] > range.high() ? new Range(0, values[i]) : range;
                }
                byte[] bytes = new byte[forward.images() * units];
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = range.grey(values[i]);
                }
                layers.add(new Layer(names.get(layer), units, range.high(), bytes));
            }
            return layers;
        }
    }

    /**
     * How the page is to show values.
     *
     * @param names of the inputs; empty if they have numbers
     * @param bounds of inputs that are scaled
     * @param isCentred whether the bounds are one standard deviation from the mean
     */
    record Drawing(Shape shape, List<String> names, Optional<InputBounds> bounds, boolean isCentred) {}

    static Look of(
            String model, Film.Take take, Examples.Chosen examples, Drawing drawing, List<Layer> layers, long[] steps) {
        int inputs = examples.inputs();
        Range common = Range.of(examples.values());
        Range[] ranges = new Range[inputs];
        for (int j = 0; j < inputs; j++) {
            ranges[j] = drawing.bounds().isPresent() && !drawing.shape().isPicture()
                    ? range(drawing.bounds().get(), drawing.isCentred(), j)
                    : common;
        }
        return new Look(
                model,
                take.step(),
                drawing.shape().rows(),
                drawing.shape().columns(),
                drawing.names().size() > MOST_NAMES ? List.of() : drawing.names(),
                examples.labels(),
                examples.heldOut(),
                take.mse(),
                places(examples.values(), ranges),
                places(take.reconstructions(), ranges),
                layers,
                steps);
    }

    private static byte[] places(float[] values, Range[] ranges) {
        byte[] places = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            places[i] = ranges[i % ranges.length].grey(values[i]);
        }
        return places;
    }

    /** What the bar of an input ranges over. */
    static Range range(InputBounds bounds, boolean isCentred, int input) {
        double low = bounds.lower()[input];
        double high = bounds.upper()[input];
        double more = isCentred ? (DEVIATIONS - 1) * (high - low) / 2 : 0;
        return new Range(low - more, high + more);
    }
}
