package io.sparsestream.score;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Inference;
import io.sparsestream.learn.MatrixProduct;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.RunningDeviation;
import io.sparsestream.message.Dtype;
import io.sparsestream.message.PublishedModel;
import io.sparsestream.message.ReconstructionFormat;
import io.sparsestream.message.Score;
import java.util.Arrays;

/** One published model, ready to score images one at a time. Not thread-safe. */
final class ImageScorer {
    private static final double LEAST_MSE = 1e-12; // whose logarithm is a number

    private final PublishedModel model;
    private final ReconstructionFormat format;
    private final Architecture architecture;
    private final Inference inference;
    private final MiniBatch one;

    ImageScorer(PublishedModel model, ReconstructionFormat format, MatrixProduct product) {
        this.model = model;
        this.format = format;
        architecture = model.architecture();
        // An image is scored when it comes: a batch of one has nothing to wait for.
        inference = model.inference(1, product);
        one = inference.newBatch();
    }

    PublishedModel model() {
        return model;
    }

    int inputs() {
        return architecture.inputs();
    }

    /**
     * What the model makes of an image; holds until the next call.
     *
     * @param image as {@link MiniBatch#add(byte[], String)} takes it
     */
    ForwardPass reconstruct(byte[] image) {
        one.clear();
        one.add(image, MiniBatch.UNLABELLED);
        return inference.reconstruct(one);
    }

    /**
     * The same as a record.
     *
     * @param errors of the images that were scored, by which is judged where the model does not tell those of its own; takes
     *     this one in
     */
    Score score(byte[] image, ForwardPass forward, RunningDeviation errors) {
        double mse = forward.mse()[0];
        Double ownDeviation = errors.next(Math.log(Math.max(mse, LEAST_MSE)));
        double deviation = forward.anomalies().deviation()[0];
        double rank = forward.anomalies().rank()[0];
        int innermost = architecture.hiddenLayers() - 1;
        boolean isOfBytes = format == ReconstructionFormat.UINT8
                || format == ReconstructionFormat.SAME && image.length == architecture.inputs();
        float[] reconstruction = Arrays.copyOf(forward.reconstructions(), architecture.inputs());
        return new Score(
                model.manifest().model(),
                model.step(),
                mse,
                Double.isNaN(deviation) ? ownDeviation : (Double) deviation,
                Double.isNaN(rank) ? null : rank,
                Arrays.copyOf(forward.activations()[innermost], architecture.hiddenUnits(innermost)),
                isOfBytes ? Dtype.UINT8.encode(reconstruction, 0, reconstruction.length) : null,
                isOfBytes ? null : reconstruction);
    }
}
