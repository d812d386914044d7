package io.sparsestream.web;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Inference;
import io.sparsestream.learn.PortableProduct;
import java.util.Map;

/**
 * Looks at records with the parameters of a model that learns elsewhere, of which looking changes and delays nothing. Not
 * thread-safe.
 */
final class Twin {
    private final Inference inference;
    private final Examples.Chosen examples;

    /**
     * @param parameters as {@link #look} takes them
     * @param examples all that it looks at
     */
    Twin(
            Architecture architecture,
            Hyperparameters hyperparameters,
            Map<String, float[]> parameters,
            Examples.Chosen examples) {
        this.examples = examples;
        Map<String, String> batch = Map.of("batch", Integer.toString(examples.count()));
        inference = new Inference(architecture, hyperparameters.with(batch), parameters, new PortableProduct());
    }

    /**
     * What a model of these parameters makes of the examples.
     *
     * @param parameters by name, which it keeps and does not copy
     * @return holds until the next call
     */
    ForwardPass look(Map<String, float[]> parameters) {
        inference.use(parameters);
        return inference.reconstruct(examples.batch());
    }
}
