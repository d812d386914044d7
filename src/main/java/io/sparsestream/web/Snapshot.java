package io.sparsestream.web;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.InputBounds;
import io.sparsestream.learn.InputScale;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.LossByLabel;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.StepResult;
import io.sparsestream.message.Activations;
import java.util.Map;
import java.util.Optional;

/**
 * What the page shows of one training step, copied out of the learner's live arrays. The arrays are allocated once: a
 * snapshot goes back and forth between the stream thread, which fills it, and the page's, and is used by one at a time.
 */
final class Snapshot {
    private static final int FIRST = 0;
    private static final int DIGITS = 12;

    Activations activations;
    Architecture architecture;
    int images; // of the batch: n
    int digits; // of these, how many are shown
    float[] originals = {}; // [digits × pixels]
    float[] reconstructions = {}; // [digits × pixels]
    double[] mse = {}; // [digits]
    String[] labels = {}; // [n]
    Map<String, Double> errorByLabel = Map.of();
    Optional<InputBounds> bounds = Optional.empty(); // of the inputs, if they are scaled
    boolean isCentred; // whether the bounds are one standard deviation from the mean
    float[] hidden = {}; // activations of the first hidden layer [n × units]
    float[] weights = {}; // of the first layer [pixels × units]
    final History history = new History();

    /** Copies everything; some 1.2 MB at the reference experiment's size. */
    void fill(String model, StepResult result, Learner learner, History past, LossByLabel byLabel) {
        ForwardPass forward = result.forward();
        MiniBatch batch = result.batch();
        activations = Activations.of(model, result, learner);
        architecture = learner.architecture();
        images = forward.images();
        digits = Math.min(DIGITS, images);
        int pixels = architecture.inputs();
        originals = copy(batch.images(), originals, digits * pixels);
        reconstructions = copy(forward.reconstructions(), reconstructions, digits * pixels);
        if (mse.length != digits) {
            mse = new double[digits];
        }
        System.arraycopy(forward.mse(), 0, mse, 0, digits);
        if (labels.length != images) {
            labels = new String[images];
        }
        System.arraycopy(batch.labels(), 0, labels, 0, images);
        hidden = copy(forward.activations()[FIRST], hidden, images * architecture.hiddenUnits(FIRST));
        float[] live =
                learner.state().parameter(learner.state().tensors().get(FIRST).name());
        weights = copy(live, weights, live.length);
        errorByLabel = byLabel.toMap();
        bounds = InputBounds.of(learner);
        isCentred = learner.hyperparameters().scale().shape() == InputScale.Shape.STANDARD;
        past.copyTo(history);
    }

    private static float[] copy(float[] from, float[] to, int length) {
        float[] fitting = to.length == length ? to : new float[length];
        System.arraycopy(from, 0, fitting, 0, length);
        return fitting;
    }

    String layer() {
        return architecture.hiddenLayer(FIRST);
    }

    int units() {
        return architecture.hiddenUnits(FIRST);
    }
}
