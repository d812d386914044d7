package io.sparsestream.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Tensor;
import io.sparsestream.message.Dtype;
import io.sparsestream.message.InputFormat;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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
 * @param decoder float32, little-endian: weights [in × out] and biases [out] of each layer in their order, then, if inputs are
 *     scaled, {@code x_offset} and {@code x_factor} [inputs]; null if whoever asks has that of this step
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
        String scale,
        @JsonInclude(JsonInclude.Include.NON_NULL) byte[] decoder) {
    private static final String OFFSET = "x_offset";

    /** The record, before it was passed through the model. */
    record Asked(long record, String label, float[] values) {
        /** @param age of the record */
        static Asked of(Recent recent, int age) {
            return new Asked(recent.number(age), recent.label(age), OneUnit.row(recent, age));
        }
    }

    /** @param known step of the decoder that whoever asks has; -1 if there is none */
    static OneCode of(String model, Recent recent, Asked asked, InputFormat format, long known) {
        Architecture architecture = recent.architecture();
        Hyperparameters hyperparameters = recent.hyperparameters();
        ForwardPass forward = recent.reconstruct(asked.values, asked.label);
        int innermost = architecture.hiddenLayers() - 1;
        int units = architecture.hiddenUnits(innermost);
        Shape shape = Shape.of(architecture.inputs(), format);
        return new OneCode(
                model,
                asked.record,
                asked.label,
                recent.step(),
                architecture.hiddenLayer(innermost),
                shape.rows(),
                shape.columns(),
                shape.isPicture() ? null : UnitSheet.named(format.fields(), shape.columns()),
                asked.values,
                Arrays.copyOf(forward.activations()[innermost], units),
                greatest(recent, innermost, units),
                hyperparameters.activation(innermost).activeAbove(),
                Arrays.copyOf(forward.reconstructions(), architecture.inputs()),
                forward.mse()[0],
                architecture.sizes().subList(innermost + 1, architecture.sizes().size()),
                hyperparameters.decoderActivation().toString(),
                hyperparameters.output().toString(),
                hyperparameters.scale().shape().toString(),
                known == recent.step() ? null : decoder(recent));
    }

    private static byte[] decoder(Recent recent) {
        Architecture architecture = recent.architecture();
        List<Tensor> all = architecture.tensors();
        List<String> names = new ArrayList<>(all.subList(2 * architecture.hiddenLayers(), all.size()).stream()
                .map(Tensor::name)
                .toList());
        if (recent.parameters().containsKey(OFFSET)) {
            names.addAll(List.of(OFFSET, LayerStudy.FACTOR));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String name : names) {
            float[] values = recent.parameters().get(name);
            bytes.writeBytes(Dtype.FLOAT32.encode(values, 0, values.length));
        }
        return bytes.toByteArray();
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
