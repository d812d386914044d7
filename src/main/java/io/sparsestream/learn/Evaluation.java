package io.sparsestream.learn;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model's quality on a whole split. ρ̂ of the KL term is the mean over all images, not over a mini-batch.
 *
 * @param losses by term
 * @param meanActivation over units and images, by hidden layer
 */
public record Evaluation(Losses losses, Map<String, Double> meanActivation) {

    /** @param images uint8 images, each as long as the architecture's input; at least one */
    public static Evaluation of(Reconstructor model, List<byte[]> images) {
        List<String> unlabelled = Collections.nCopies(images.size(), MiniBatch.UNLABELLED);
        return of(model, images, unlabelled, (forward, batch, first) -> {});
    }

    /**
     * The same where something else looks at the passes as well.
     *
     * @param labels of the images, one for each
     */
    public static Evaluation of(
            Reconstructor model, List<byte[]> images, List<String> labels, ForwardPasses.Visitor alsoSees) {
        if (images.isEmpty()) {
            throw new IllegalArgumentException("there are no images to evaluate on");
        }
        Sums sums = new Sums(model);
        ForwardPasses.over(model, images, labels, (forward, batch, first) -> {
            sums.add(forward, batch.size());
            alsoSees.visit(forward, batch, first);
        });
        return summarize(
                model,
                sums.squaredErrors / images.size(),
                sums.penalty / images.size(),
                sums.activations,
                images.size());
    }

    /** Over the images that were added. */
    private static final class Sums {
        private final Hyperparameters hyperparameters;
        private final double[][] activations; // [layer][unit]
        private double squaredErrors;
        private double penalty;

        private Sums(Reconstructor model) {
            hyperparameters = model.hyperparameters();
            Architecture architecture = model.architecture();
            activations = new double[architecture.hiddenLayers()][];
            for (int layer = 0; layer < activations.length; layer++) {
                activations[layer] = new double[architecture.hiddenUnits(layer)];
            }
        }

        private void add(ForwardPass forward, int images) {
            squaredErrors += forward.meanMse() * images;
            for (int layer = 0; layer < activations.length; layer++) {
                penalty += hyperparameters.lambda(layer) * forward.active(layer) * images;
                for (int j = 0; j < activations[layer].length; j++) {
                    activations[layer][j] += forward.meanActivations()[layer][j] * images;
                }
            }
        }
    }

    private static Evaluation summarize(Reconstructor model, double mse, double penalty, double[][] sums, int images) {
        Hyperparameters hyperparameters = model.hyperparameters();
        Map<String, Double> meanActivation = new LinkedHashMap<>();
        double divergence = 0;
        for (int layer = 0; layer < sums.length; layer++) {
            for (int j = 0; j < sums[layer].length; j++) {
                sums[layer][j] /= images;
            }
            divergence += hyperparameters.beta(layer) * Sparsity.divergence(hyperparameters.rho(), sums[layer]);
            meanActivation.put(model.architecture().hiddenLayer(layer), RunningAverage.mean(sums[layer]));
        }
        return new Evaluation(
                new Losses(mse, hyperparameters.alpha() * model.squaredWeights() / 2, divergence, penalty),
                meanActivation);
    }
}
