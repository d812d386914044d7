package io.sparsestream.bench;

import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.MatrixProduct;
import io.sparsestream.learn.MiniBatch;

/** Ours, decoding of the images included. */
final class SparsestreamStep implements Contender {
    private final Autoencoder learner;
    private final MiniBatch batch;
    private final Feed feed;
    private double loss;

    SparsestreamStep(MatrixProduct product, Size size, Feed feed) {
        this.feed = feed;
        learner = new Autoencoder(size.architecture(), size.hyperparameters(), product);
        batch = learner.newBatch();
    }

    @Override
    public void train(int steps) {
        for (int i = 0; i < steps; i++) {
            feed.fill(batch);
            loss = learner.train(batch).losses().total();
        }
    }

    @Override
    public double loss() {
        return loss;
    }
}
