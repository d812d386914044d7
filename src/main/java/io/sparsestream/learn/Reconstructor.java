package io.sparsestream.learn;

/** A model that reconstructs images. Not thread-safe: one thread owns it. */
public interface Reconstructor {
    Architecture architecture();

    Hyperparameters hyperparameters();

    /** Reconstructs the images of the batch, full or not, and changes nothing. */
    ForwardPass reconstruct(MiniBatch batch);

    /** Σ w² over the weight matrices. */
    double squaredWeights();

    /** A batch of this model's size. */
    default MiniBatch newBatch() {
        return new MiniBatch(hyperparameters().batch(), architecture().inputs());
    }
}
