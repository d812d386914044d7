package io.sparsestream.learn;

import java.util.Arrays;
import java.util.Map;

/** Steps of a small model, such that whoever sees a part of one knows of which it is. */
public final class Steps {
    /** What has made them; nobody writes to it. */
    public static final Learner LEARNER = learner();

    private Steps() {}

    /** A model of one input, one unit and one image in a mini-batch. */
    public static Learner learner() {
        return new Autoencoder(
                Architecture.of(1, 1, 1), Hyperparameters.PLAIN.with(Map.of("batch", "1")), new PortableProduct());
    }

    /** A step whose number is also its image, that's label, its reconstruction, its error and the unit's activation. */
    public static StepResult of(int step) {
        return of(step, 1);
    }

    /** The same with so many images. */
    public static StepResult of(int step, int images) {
        return of(step, images, step);
    }

    /** The same with another loss. */
    public static StepResult of(int step, int images, double loss) {
        float[] values = new float[images];
        Arrays.fill(values, step);
        double[] errors = new double[images];
        Arrays.fill(errors, step);
        MiniBatch batch = new MiniBatch(images, 1);
        while (!batch.isFull()) {
            batch.add(values, 0, Integer.toString(step));
        }
        ForwardPass forward = new ForwardPass(
                images,
                values,
                errors,
                new float[][] {values},
                new double[][] {{step}},
                new float[] {1},
                Anomalies.unknown(images));
        return new StepResult(step, batch, new Losses(loss, 0, 0), forward);
    }
}
