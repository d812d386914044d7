package io.sparsestream.message;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Inference;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MatrixProduct;
import io.sparsestream.learn.ScaledLearner;
import io.sparsestream.learn.Tensor;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * A model as it stands on its topic or in a file.
 *
 * @param manifest what the parameters are, and where in the stream they stand
 * @param parameters float32 arrays by tensor name, in the order of the forward pass
 * @param errors {@link io.sparsestream.learn.LearningState#errors} of its learner; empty where they are not known
 */
public record PublishedModel(Manifest manifest, Map<String, float[]> parameters, Map<String, double[]> errors) {
    /** @throws IllegalArgumentException if a parameter is missing or of another shape */
    public PublishedModel {
        for (Tensor tensor : manifest.hyperparameters().tensors(new Architecture(manifest.architecture()))) {
            float[] values = parameters.get(tensor.name());
            if (values == null || values.length != tensor.size()) {
                throw new IllegalArgumentException("tensor " + tensor.name() + " is missing, or not float32 of shape "
                        + tensor.shape() + " as the manifest has it");
            }
        }
    }

    /** Of whose errors nothing is known. */
    public PublishedModel(Manifest manifest, Map<String, float[]> parameters) {
        this(manifest, parameters, Map.of());
    }

    public Architecture architecture() {
        return new Architecture(manifest.architecture());
    }

    public Hyperparameters hyperparameters() {
        return manifest.hyperparameters();
    }

    /** Name and shape of the parameters, in their order. */
    public List<Tensor> tensors() {
        return hyperparameters().tensors(architecture());
    }

    /** Updates that made it. */
    public long step() {
        return manifest.step();
    }

    /**
     * This model, for those who only use it: by these very parameters.
     *
     * @throws IllegalArgumentException if the {@link #errors} are not those of such a model
     */
    public Inference inference(MatrixProduct product) {
        return inference(hyperparameters().batch(), product);
    }

    /** The same for batches of another size. */
    public Inference inference(int batch, MatrixProduct product) {
        Hyperparameters sized = hyperparameters().with(Map.of("batch", Integer.toString(batch)));
        Inference inference = new Inference(architecture(), sized, parameters, product);
        inference.setErrors(errors);
        return inference;
    }

    /** A learner that begins with these parameters and errors, at step 0. */
    public Learner learner(MatrixProduct product) {
        Learner learner = ScaledLearner.of(bareLearner(hyperparameters(), product));
        learner.state().setErrors(errors);
        return learner;
    }

    /**
     * A new learner that begins with these parameters instead of random ones, at step 0, all else zero; its inputs are not yet
     * scaled.
     *
     * @throws IllegalArgumentException if its activation, output or scale is another
     */
    public Learner bareLearner(Hyperparameters chosen, MatrixProduct product) {
        if (!hasKind(chosen)) {
            throw new IllegalArgumentException("model " + manifest.model() + " has the activation "
                    + hyperparameters().activationText() + ", the output "
                    + hyperparameters().output() + " and the scale "
                    + hyperparameters().scale().shape()
                    + ": what begins with its weights has the same");
        }
        Autoencoder learner = new Autoencoder(architecture(), chosen, product);
        learner.state().setParameters(parameters);
        return learner;
    }

    /** Whether its activation, output and scale are those, without which its parameters are no beginning. */
    public boolean hasKind(Hyperparameters chosen) {
        return chosen.activation().equals(hyperparameters().activation())
                && chosen.output() == hyperparameters().output()
                && chosen.scale().shape() == hyperparameters().scale().shape();
    }

    /** CRC32C over all parameters in order: two models are the same bits if, but for chance, these are equal. */
    public long crc32c() {
        return crc32c(parameters.values());
    }

    /** CRC32C over the little-endian bytes of arrays, one after another. */
    public static long crc32c(Collection<float[]> arrays) {
        CRC32C crc = new CRC32C();
        arrays.forEach(values -> crc.update(Dtype.FLOAT32.encode(values, 0, values.length)));
        return crc.getValue();
    }
}
