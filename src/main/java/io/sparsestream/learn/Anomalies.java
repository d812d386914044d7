package io.sparsestream.learn;

import java.util.Arrays;

/**
 * How unlike those before it each image of a mini-batch is, by the error of its reconstruction. The arrays are the learner's
 * own and hold until its next call.
 *
 * @param deviation standard deviations by which ln mse is above that of late [n]; NaN before there are enough images
 * @param rank share of the images of late whose error was less [n], 0 … 1; NaN likewise
 */
public record Anomalies(double[] deviation, double[] rank) {
    /** Of images of which nothing is known. */
    public static Anomalies unknown(int images) {
        double[] unknown = new double[images];
        Arrays.fill(unknown, Double.NaN);
        return new Anomalies(unknown, unknown);
    }
}
