package io.sparsestream.bench;

import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.learn.nd4j.OpenBlas;


/** Ours, decoding of the images included. */
final class SparsestreamStep implements Contender {
    private final Autoencoder learner;
    private final MiniBatch batch;
    private final Feed feed;
    private double loss;

    SparsestreamStep(boolean portable, Size size, Feed feed) {
        this.feed = feed;
        learner = new Autoencoder(
                size.architecture(), size.hyperparameters(), portable ? new PortableProduct() : new OpenBlas());
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
