package io.sparsestream.learn;

import java.util.Random;

/** Images of random greys, as a learner and as its reference take them. */
final class RandomImages {
    private RandomImages() {}

    static MiniBatch batch(Learner learner, byte[][] images) {
        MiniBatch batch = learner.newBatch();
        for (byte[] image : images) {
            batch.add(image);
        }
        return batch;
    }

    static byte[][] images(Random random, int count, int pixels) {
        byte[][] images = new byte[count][pixels];
        for (byte[] image : images) {
            random.nextBytes(image);
        }
        return images;
    }

    /** Grey values 0 … 1, as the reference learner takes them. */
    static double[][] toDoubles(byte[][] images) {
        double[][] x = new double[images.length][images[0].length];
        for (int n = 0; n < x.length; n++) {
            for (int i = 0; i < x[n].length; i++) {
                x[n][i] = (images[n][i] & 0xff) / 255.0;
            }
        }
        return x;
    }

    static double[] toDoubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }
}
