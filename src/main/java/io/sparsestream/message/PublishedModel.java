package io.sparsestream.message;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MatrixProduct;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * A model as it stands on its topic or in a file.
 *
 * @param manifest what the parameters are, and where in the stream they stand
 * @param parameters float32 arrays by tensor name, in the order of the forward pass
 */
public record PublishedModel(Manifest manifest, Map<String, float[]> parameters) {
    public Architecture architecture() {
        return new Architecture(manifest.architecture());
    }

    public Hyperparameters hyperparameters() {
        return manifest.hyperparameters();
    }

    /** Updates that made it. */
    public long step() {
        return manifest.step();
    }

    /** A learner with these parameters, for evaluation. */
    public Learner learner(MatrixProduct product) {
        Autoencoder learner = new Autoencoder(architecture(), hyperparameters(), product);
        copyTo(learner);
        return learner;
    }

    /** Gives these parameters to a learner of the same architecture. */
    public void copyTo(Learner learner) {
        parameters.forEach(
                (name, values) -> System.arraycopy(values, 0, learner.state().parameter(name), 0, values.length));
    }

    /** CRC32C over all parameters in order: two models are the same bits if, but for chance, these are equal. */
    public long crc32c() {
        CRC32C crc = new CRC32C();
        parameters.values().forEach(values -> crc.update(PixelFormat.FLOAT32.encode(values, 0, values.length)));
        return crc.getValue();
    }
}
