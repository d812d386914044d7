package io.sparsestream.learn;

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
    public static Evaluation of(Learner learner, List<byte[]> images) {
        if (images.isEmpty()) {
            throw new IllegalArgumentException("there are no images to evaluate on");
        }
        Architecture architecture = learner.architecture();
        double[][] sums = new double[architecture.hiddenLayers()][];
        for (int layer = 0; layer < sums.length; layer++) {
            sums[layer] = new double[architecture.hiddenUnits(layer)];
        }
        double squaredErrors = 0;
        double penalty = 0;
        MiniBatch batch = learner.newBatch();
        for (int i = 0; i < images.size(); i++) {
            batch.add(images.get(i));
            if (batch.isFull() || i == images.size() - 1) {
                ForwardPass forward = learner.reconstruct(batch);
                squaredErrors += forward.meanMse() * batch.size();
                for (int layer = 0; layer < sums.length; layer++) {
                    penalty += learner.hyperparameters().lambda(layer) * forward.active(layer) * batch.size();
                    for (int j = 0; j < sums[layer].length; j++) {
                        sums[layer][j] += forward.meanActivations()[layer][j] * batch.size();
                    }
                }
                batch.clear();
            }
        }
        return summarize(learner, squaredErrors / images.size(), penalty / images.size(), sums, images.size());
    }

    private static Evaluation summarize(Learner learner, double mse, double penalty, double[][] sums, int images) {
        Hyperparameters hyperparameters = learner.hyperparameters();
        Map<String, Double> meanActivation = new LinkedHashMap<>();
        double divergence = 0;
        for (int layer = 0; layer < sums.length; layer++) {
            for (int j = 0; j < sums[layer].length; j++) {
                sums[layer][j] /= images;
            }
            divergence += hyperparameters.beta(layer) * Sparsity.divergence(hyperparameters.rho(), sums[layer]);
            meanActivation.put(learner.architecture().hiddenLayer(layer), RunningAverage.mean(sums[layer]));
        }
        return new Evaluation(
                new Losses(mse, hyperparameters.alpha() * learner.state().squaredWeights() / 2, divergence, penalty),
                meanActivation);
    }
}
