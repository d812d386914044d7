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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the page shows of one training step, copied out of the learner's live arrays. The arrays are allocated once: a
 * snapshot goes back and forth between the stream thread, which fills it, and the page's, and is used by one at a time.
 */
final class Snapshot {
    private static final int FIRST = 0;
    private static final float[] NONE = {};

    Activations activations;
    Architecture architecture;
    int images; // of the batch: n
    float[] originals = {}; // of the first record [inputs]
    float[] reconstructions = {}; // of the first record [inputs]
    double mse; // of the first record
    String[] labels = {}; // [n]
    Map<String, Double> errorByLabel = Map.of();
    int beginnings; // of the model until then: another number means that its losses say nothing of those before
    Optional<InputBounds> bounds = Optional.empty(); // of the inputs, if they are scaled
    boolean isCentred; // whether the bounds are one standard deviation from the mean
    float[][] hidden = {}; // activations of each hidden layer [n × units]
    float[] weights = {}; // of the first layer [pixels × units]; one of the parameters
    final Map<String, float[]> parameters = new LinkedHashMap<>();
    final History history = new History();

    /** Copies everything; some 2.1 MB at the reference experiment's size. */
    void fill(String model, StepResult result, Learner learner, History past, LossByLabel byLabel) {
        ForwardPass forward = result.forward();
        MiniBatch batch = result.batch();
        activations = Activations.of(model, result, learner);
        architecture = learner.architecture();
        images = forward.images();
        int inputs = architecture.inputs();
        originals = copy(batch.images(), originals, inputs);
        reconstructions = copy(forward.reconstructions(), reconstructions, inputs);
        mse = forward.mse()[0];
        if (labels.length != images) {
            labels = new String[images];
        }
        System.arraycopy(batch.labels(), 0, labels, 0, images);
        if (hidden.length != architecture.hiddenLayers()) {
            hidden = new float[architecture.hiddenLayers()][0];
        }
        for (int layer = 0; layer < hidden.length; layer++) {
            hidden[layer] = copy(forward.activations()[layer], hidden[layer], images * architecture.hiddenUnits(layer));
        }
        copyParameters(learner, parameters);
        weights = parameters.get(learner.state().tensors().get(FIRST).name());
        errorByLabel = byLabel.toMap();
        bounds = InputBounds.of(learner);
        isCentred = learner.hyperparameters().scale().shape() == InputScale.Shape.STANDARD;
        past.copyTo(history);
    }

    /** Copies a learner's parameters over others, whose arrays are kept where they fit. */
    static void copyParameters(Learner learner, Map<String, float[]> to) {
        learner.state()
                .parameters()
                .forEach((name, live) -> to.put(name, copy(live, to.getOrDefault(name, NONE), live.length)));
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
