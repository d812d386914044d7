package io.sparsestream.web;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.learn.ScaledLearner;
import java.util.Map;

/**
 * A model like another one that learns elsewhere, to look at records with its parameters: so looking changes and delays
 * nothing of the other one. Not thread-safe.
 */
final class Twin {
    private final Learner learner;
    private final Examples.Chosen examples;

    /** @param examples all that it looks at */
    Twin(Architecture architecture, Hyperparameters hyperparameters, Examples.Chosen examples) {
        this.examples = examples;
        Map<String, String> batch = Map.of("batch", Integer.toString(examples.count()));
        learner = ScaledLearner.of(new Autoencoder(architecture, hyperparameters.with(batch), new PortableProduct()));
    }

    /**
     * What a model of these parameters makes of the examples.
     *
     * @param parameters by name
     * @return holds until the next call
     */
    ForwardPass look(Map<String, float[]> parameters) {
        learner.state().setParameters(parameters);
        return learner.reconstruct(examples.batch());
    }
}
