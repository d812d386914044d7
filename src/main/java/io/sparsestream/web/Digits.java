package io.sparsestream.web;

import java.util.Arrays;
import java.util.Map;

/**
 * Images of a mini-batch above their reconstructions.
 *
 * @param rows height of an image
 * @param columns width of an image
 * @param labels of the images, empty where unknown
 * @param mse of each image
 * @param originals grey values [images × pixels]
 * @param reconstructions grey values [images × pixels]
 * @param errorByLabel mean squared error of each label's images of late
 */
record Digits(
        String model,
        long step,
        int rows,
        int columns,
        String[] labels,
        double[] mse,
        byte[] originals,
        byte[] reconstructions,
        Map<String, Double> errorByLabel) {

    static Digits of(Snapshot snapshot, Shape shape) {
        Range range = Range.of(snapshot.originals);
        return new Digits(
                snapshot.activations.model(),
                snapshot.activations.step(),
                shape.rows(),
                shape.columns(),
                Arrays.copyOf(snapshot.labels, snapshot.digits),
                snapshot.mse,
                greys(snapshot.originals, range),
                greys(snapshot.reconstructions, range),
                snapshot.errorByLabel);
    }

    /** Black is the least value of the images that are shown, white the greatest. */
    private static byte[] greys(float[] values, Range range) {
        byte[] greys = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            greys[i] = (byte) (int) (255 * range.place(values[i]) + 0.5);
        }
        return greys;
    }
}
