package io.sparsestream.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.learn.ScaledLearner;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A record, its code by the parameters of {@link #step}, and what the decoder makes of that.
 *
 * @param record its number
 * @param label empty if it has none
 * @param step updates that had made the parameters
 * @param layer whose activations are the code
 * @param rows height of a record, 1 if it is no picture
 * @param names of the inputs; null if records are pictures
 * @param values of the record, in the inputs' own units
 * @param greatest activation of each unit of late, so that bars have a scale
 * @param reconstruction in the inputs' own units
 * @param mse mean squared error, of scaled inputs if they are scaled
 * @param sizes of the decoder's layers, from the code to the outputs
 * @param hidden what the layers between make of their sums: {@code sigmoid} or {@code relu}
 * @param output likewise the last one: {@code sigmoid} or {@code linear}
 * @param scale of the inputs: {@code none}, {@code minmax} or {@code standard}
 */
record OneCode(
        String model,
        long record,
        String label,
        long step,
        String layer,
        int rows,
        int columns,
        @JsonInclude(JsonInclude.Include.NON_NULL) List<String> names,
        float[] values,
        float[] code,
        float[] greatest,
        float activeAbove,
        float[] reconstruction,
        double mse,
        List<Integer> sizes,
        String hidden,
        String output,
        String scale) {

    /** The record, before it was passed through the model. */
    record Asked(long record, String label, float[] values) {
        /** @param age of the record */
        static Asked of(Recent recent, int age) {
            return new Asked(recent.number(age), recent.label(age), OneUnit.row(recent, age));
        }
    }

    static OneCode of(String model, Recent recent, Asked asked, List<String> names) {
        Architecture architecture = recent.architecture();
        Hyperparameters hyperparameters = recent.hyperparameters();
        ForwardPass forward = reconstruct(recent, asked);
        int innermost = architecture.hiddenLayers() - 1;
        int units = architecture.hiddenUnits(innermost);
        Shape shape = Shape.of(architecture.inputs(), !names.isEmpty());
        return new OneCode(
                model,
                asked.record,
                asked.label,
                recent.step(),
                architecture.hiddenLayer(innermost),
                shape.rows(),
                shape.columns(),
                shape.isPicture() ? null : UnitSheet.named(names, shape.columns()),
                asked.values,
                Arrays.copyOf(forward.activations()[innermost], units),
                greatest(recent, innermost, units),
                hyperparameters.activation(innermost).activeAbove(),
                Arrays.copyOf(forward.reconstructions(), architecture.inputs()),
                forward.mse()[0],
                architecture.sizes().subList(innermost + 1, architecture.sizes().size()),
                hyperparameters.decoderActivation().toString(),
                hyperparameters.output().toString(),
                hyperparameters.scale().shape().toString());
    }

    /** By a learner of its own: the one that trains belongs to its thread. */
    private static ForwardPass reconstruct(Recent recent, Asked asked) {
        Autoencoder bare = new Autoencoder(
                recent.architecture(), recent.hyperparameters().with(Map.of("batch", "1")), new PortableProduct());
        bare.state().setParameters(recent.parameters());
        Learner learner = ScaledLearner.of(bare);
        MiniBatch one = learner.newBatch();
        one.add(asked.values, 0, asked.label);
        return learner.reconstruct(one);
    }

    private static float[] greatest(Recent recent, int layer, int units) {
        float[] greatest = new float[units];
        for (int age = 0; age < recent.size(); age++) {
            int row = recent.row(age, units);
            for (int j = 0; j < units; j++) {
                greatest[j] = Math.max(greatest[j], recent.activations(layer)[row + j]);
            }
        }
        return greatest;
    }
}
