package io.sparsestream.learn;

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

    /** A step whose number is also its image, that's label, its reconstruction and the unit's activation. */
    public static StepResult of(int step) {
        return of(step, step);
    }

    /** The same with another mean squared error. */
    public static StepResult of(int step, double mse) {
        MiniBatch batch = new MiniBatch(1, 1);
        batch.add(new float[] {step}, 0, Integer.toString(step));
        return new StepResult(
                step,
                batch,
                new Losses(mse, 0, 0),
                new ForwardPass(
                        1,
                        new float[] {step},
                        new double[] {step},
                        new float[][] {{step}},
                        new double[][] {{step}},
                        new float[] {1},
                        Anomalies.unknown(1)));
    }
}
