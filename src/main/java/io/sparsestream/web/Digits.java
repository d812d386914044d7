package io.sparsestream.web;

import io.sparsestream.message.Dtype;
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

    static Digits of(Snapshot snapshot) {
        Shape shape = Shape.of(snapshot.architecture.inputs());
        return new Digits(
                snapshot.activations.model(),
                snapshot.activations.step(),
                shape.rows(),
                shape.columns(),
                Arrays.copyOf(snapshot.labels, snapshot.digits),
                snapshot.mse,
                Dtype.UINT8.encode(snapshot.originals, 0, snapshot.originals.length),
                Dtype.UINT8.encode(snapshot.reconstructions, 0, snapshot.reconstructions.length),
                snapshot.errorByLabel);
    }
}
