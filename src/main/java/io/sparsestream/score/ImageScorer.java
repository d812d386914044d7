package io.sparsestream.score;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MatrixProduct;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.RunningDeviation;
import io.sparsestream.message.Dtype;
import io.sparsestream.message.PublishedModel;
import io.sparsestream.message.Score;
import java.util.Arrays;
import java.util.Map;

/** One published model, ready to score images one at a time. Not thread-safe. */
final class ImageScorer {
    private static final double LEAST_MSE = 1e-12; // whose logarithm is a number

    private final PublishedModel model;
    private final Architecture architecture;
    private final Learner learner;
    private final MiniBatch one;

    ImageScorer(PublishedModel model, MatrixProduct product) {
        this.model = model;
        architecture = model.architecture();
        // An image is scored when it comes: a batch of one has nothing to wait for.
        learner = model.learner(model.hyperparameters().with(Map.of("batch", "1")), product);
        one = learner.newBatch();
    }

    PublishedModel model() {
        return model;
    }

    int inputs() {
        return architecture.inputs();
    }

    /** @param image as {@link MiniBatch#add(byte[], String)} takes it */
    Score score(byte[] image, RunningDeviation errors) {
        one.clear();
        one.add(image, MiniBatch.UNLABELLED);
        ForwardPass forward = learner.reconstruct(one);
        double mse = forward.mse()[0];
        int innermost = architecture.hiddenLayers() - 1;
        boolean isOfBytes = image.length == architecture.inputs();
        float[] reconstruction = Arrays.copyOf(forward.reconstructions(), architecture.inputs());
        return new Score(
                model.manifest().model(),
                model.step(),
                mse,
                errors.next(Math.log(Math.max(mse, LEAST_MSE))),
                Arrays.copyOf(forward.activations()[innermost], architecture.hiddenUnits(innermost)),
                isOfBytes ? Dtype.UINT8.encode(reconstruction, 0, reconstruction.length) : null,
                isOfBytes ? null : reconstruction);
    }
}
