package io.sparsestream.web;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Tensor;
import io.sparsestream.message.Dtype;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A model's decoder, as a browser decodes with it.
 *
 * @param step updates that had made it
 * @param bytes float32, little-endian: weights [in × out] and biases [out] of each layer in their order, then, if inputs are
 *     scaled, {@code x_offset} and {@code x_factor} [inputs]
 */
record Decoder(long step, byte[] bytes) {
    /** Tensor [inputs]: what is subtracted from each input. */
    static final String OFFSET = "x_offset";

    /** Tensor [inputs]: what the difference is multiplied with. */
    static final String FACTOR = "x_factor";

    /** Of a model whose parameters are known. */
    static Decoder of(Recent recent) {
        Architecture architecture = recent.architecture();
        List<Tensor> all = architecture.tensors();
        List<String> names = new ArrayList<>(all.subList(2 * architecture.hiddenLayers(), all.size()).stream()
                .map(Tensor::name)
                .toList());
        if (recent.parameters().containsKey(OFFSET)) {
            names.addAll(List.of(OFFSET, FACTOR));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String name : names) {
            float[] values = recent.parameters().get(name);
            bytes.writeBytes(Dtype.FLOAT32.encode(values, 0, values.length));
        }
        return new Decoder(recent.step(), bytes.toByteArray());
    }
}
