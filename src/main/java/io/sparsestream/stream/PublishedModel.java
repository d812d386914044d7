package io.sparsestream.stream;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MatrixProduct;
import java.util.Map;

/**
 * A model as it stands on its topic.
 *
 * @param step updates that made it
 * @param parameters float32 arrays by tensor name, in the order of the forward pass
 */
public record PublishedModel(
        Architecture architecture, Hyperparameters hyperparameters, long step, Map<String, float[]> parameters) {

    /** A learner with these parameters, for evaluation. */
    public Learner learner(MatrixProduct product) {
        Autoencoder learner = new Autoencoder(architecture, hyperparameters, product);
        parameters.forEach(
                (name, values) -> System.arraycopy(values, 0, learner.state().parameter(name), 0, values.length));
        return learner;
    }

    /** CRC32C over all parameters in order: two models are the same bits if, but for chance, these are equal. */
    public long crc32c() {
        return Checkpoint.crc32c(parameters.values());
    }
}
