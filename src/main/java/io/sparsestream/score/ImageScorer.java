package io.sparsestream.score;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MatrixProduct;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.message.PixelFormat;
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

    int pixels() {
        return architecture.inputs();
    }

    /** @param image uint8, as long as the model's input */
    Score score(byte[] image, RunningDeviation errors) {
        one.clear();
        one.add(image);
        ForwardPass forward = learner.reconstruct(one);
        double mse = forward.mse()[0];
        int innermost = architecture.hiddenLayers() - 1;
        return new Score(
                model.manifest().model(),
                model.step(),
                mse,
                errors.next(Math.log(Math.max(mse, LEAST_MSE))),
                Arrays.copyOf(forward.activations()[innermost], architecture.hiddenUnits(innermost)),
                PixelFormat.UINT8.encode(forward.reconstructions(), 0, image.length));
    }
}
