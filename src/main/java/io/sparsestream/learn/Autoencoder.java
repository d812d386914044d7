package io.sparsestream.learn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A sparse autoencoder, by default sigmoid on every layer:
 *
 * <pre>
 * loss = mean((x̂ − x)²)  +  α Σ_W ½ Σ w²  +  Σ_h β_h Σ_j KL(ρ ‖ ρ̂_j)  +  λ Σ_h mean(active units)
 * </pre>
 *
 * with the gradient by backpropagation and Adam for the update. The KL term is that of sigmoid layers, the last one that of
 * jumprelu layers. What the layers do otherwise is an {@link Activation}; of {@link Hyperparameters#isDictionary
 * dictionaries} {@link Dictionary} says more, of units that die in other models {@link Revival}. All
 * arrays are allocated once, here; B is the batch's capacity. The persistent part is {@link LearningState}, the rest is
 * scratch.
 */
public final class Autoencoder implements Learner {
    private final Architecture architecture;
    private Hyperparameters hyperparameters;
    private final LearningState state;
    private Adam adam;
    private final List<RunningAverage> averages = new ArrayList<>();

    private final Network network;
    private final List<Tensor> tensors; // weights and biases of each layer, then others
    private final int layers;
    private final int firstBatchWise; // layer; as many as there are if there is none
    private final Pass inTraining; // the network's pass, unless a layer is batch-wise
    private final float[][] deltas; // per layer [B × out]: d loss / d z, z the layer's sums
    private final float[][] weightGradients; // per layer [in × out]
    private final float[][] biasGradients; // per layer [out]
    private final float[][] pulls; // per layer [units]: the KL term's gradient by each activation; 0 where it has none
    private final ErrorDistribution errors;
    private final List<Revivable> revivable = new ArrayList<>();
    private final Optional<Auxiliary> auxiliary; // of a dictionary

    /** A hidden layer whose units can die. */
    private record Revivable(int layer, Silence silence, Revival revival) {}

    /** A new model, its weights drawn from the hyperparameters' seed. */
    public Autoencoder(Architecture architecture, Hyperparameters hyperparameters, MatrixProduct product) {
        hyperparameters.checkFits(architecture);
        this.architecture = architecture;
        this.hyperparameters = hyperparameters;
        state = new LearningState(architecture, hyperparameters);
        tensors = state.tensors();
        adam = new Adam(hyperparameters);

        int batch = hyperparameters.batch();
        network = new Network(architecture, hyperparameters, state.values(), product);
        layers = network.layers;
        firstBatchWise = (int) Arrays.stream(network.functions)
                .takeWhile(function -> !function.isBatchWise())
                .count();
        inTraining = firstBatchWise == layers ? network.pass : network.passFrom(firstBatchWise);
        deltas = new float[layers][];
        weightGradients = new float[layers][];
        biasGradients = new float[layers][];
        pulls = new float[layers][];
        for (int layer = 0; layer < layers; layer++) {
            int out = architecture.sizes().get(layer + 1);
            deltas[layer] = new float[MiniBatch.floats(batch, out)];
            weightGradients[layer] = new float[tensors.get(2 * layer).size()];
            biasGradients[layer] = new float[out];
            pulls[layer] = new float[out];
        }
        for (int layer = 0; layer < architecture.hiddenLayers(); layer++) {
            String name = architecture.hiddenLayer(layer);
            averages.add(new RunningAverage(name, state, hyperparameters.averagingWindow()));
            if (hyperparameters.activation(layer).hasZeros()) {
                revivable.add(
                        new Revivable(layer, new Silence(state.silent(name)), new Revival(state, layer, name, batch)));
            }
        }
        errors = new ErrorDistribution(batch);
        state.add(errors);
        auxiliary = network.dictionary.map(
                dictionary -> new Auxiliary(batch, architecture.inputs(), architecture.hiddenUnits(0)));
    }

    @Override
    public Architecture architecture() {
        return architecture;
    }

    @Override
    public Hyperparameters hyperparameters() {
        return hyperparameters;
    }

    @Override
    public void set(Hyperparameters changed) {
        changed.checkFits(architecture);
        if (changed.batch() != hyperparameters.batch()
                || changed.averagingWindow() != hyperparameters.averagingWindow()
                || !changed.activation().equals(hyperparameters.activation())
                || changed.output() != hyperparameters.output()
                || !changed.scale().equals(hyperparameters.scale())) {
            throw new IllegalArgumentException(
                    "batch, averaging window, activation, output and scale stay what they are while a model learns");
        }
        hyperparameters = changed;
        adam = new Adam(changed);
        for (Activation function : network.functions) {
            function.set(changed);
        }
        for (float[] pull : pulls) {
            Arrays.fill(pull, 0);
        }
    }

    @Override
    public LearningState state() {
        return state;
    }

    @Override
    public List<RunningAverage> averages() {
        averages.forEach(average -> average.correct(state.images()));
        return averages;
    }

    @Override
    public ForwardPass reconstruct(MiniBatch batch) {
        return network.forward(batch, errors);
    }

    /** What the gradient is to see otherwise: the activations from the first batch-wise layer on. */
    private void goOnInTraining(MiniBatch batch) {
        for (int layer = firstBatchWise; layer < layers; layer++) {
            if (layer > firstBatchWise) {
                network.sum(layer, batch, inTraining);
            }
            network.functions[layer].applyInTraining(
                    inTraining.sums[layer], inTraining.activations[layer], batch.size());
        }
    }

    @Override
    public StepResult train(MiniBatch batch) {
        StepResult result = test(batch);
        double squaredWeights = isNewDictionary() ? begin(batch) : update(batch);
        errors.add(batch.size());
        count(batch, squaredWeights);
        return result;
    }

    private boolean isNewDictionary() {
        return network.dictionary.isPresent()
                && Dictionary.isNew(network.biases(layers - 1), state.secondMoment(tensors.get(2 * (layers - 1) + 1)));
    }

    @Override
    public StepResult observe(MiniBatch batch) {
        StepResult result = test(batch);
        count(batch, state.squaredWeights());
        return result;
    }

    /** What a step finds before it changes anything. */
    private StepResult test(MiniBatch batch) {
        if (!batch.isFull()) {
            throw new IllegalArgumentException("training takes a full mini-batch, found " + batch.size() + " images");
        }
        ForwardPass forward = reconstruct(batch);
        Losses losses = new Losses(
                forward.meanMse(),
                hyperparameters.alpha() * state.squaredWeights() / 2,
                divergence(),
                penalty(forward));
        if (losses.isDiverged()) {
            throw new DivergedException(state.step(), losses, culprit(losses));
        }
        return new StepResult(state.step(), batch, losses, forward);
    }

    private void count(MiniBatch batch, double squaredWeights) {
        for (int layer = 0; layer < network.means.length; layer++) {
            averages.get(layer).add(network.means[layer], state.images(), batch.size());
        }
        state.count(batch.size(), squaredWeights);
    }

    /** A dictionary's first step: nothing but the mean of the images, which the encoder needs before it can learn. */
    private double begin(MiniBatch batch) {
        network.dictionary.orElseThrow().mean(batch, network.biases(layers - 1));
        return state.squaredWeights();
    }

    /** @return Σ w² over the weight matrices after the update; NaN if it is not known */
    private double update(MiniBatch batch) {
        goOnInTraining(batch);
        backward(batch);
        float learningRate = (float) hyperparameters.learningRate(state.step());
        double squaredWeights = 0;
        for (int layer = 0; layer < layers; layer++) {
            boolean isNormed =
                    network.dictionary.isPresent() && layer == layers - 1; // so that an L2 term would be a constant
            float alpha = isNormed ? 0 : (float) hyperparameters.alpha();
            double squares = update(tensors.get(2 * layer), learningRate, alpha, weightGradients[layer]);
            update(tensors.get(2 * layer + 1), learningRate, 0, biasGradients[layer]);
            network.functions[layer].update(state, adam, learningRate);
            squaredWeights += isNormed ? network.dictionary.get().normalize(network.weights(layer)) : squares;
        }
        boolean revived = false;
        for (Revivable each : revivable) {
            each.silence.add(inTraining.activations[each.layer], batch.size());
            if (network.dictionary.isEmpty() && (state.step() + 1) % Silence.LONG == 0) {
                float[] in = each.layer == 0 ? batch.images() : inTraining.activations[each.layer - 1];
                revived |=
                        each.revival.revive(each.silence, network.functions[each.layer], in, batch.size(), network.mse);
            }
        }
        return revived ? Double.NaN : squaredWeights;
    }

    /** What has made the loss diverge: a penalty by its own weight, or else the weights that the learning rate has made. */
    private String culprit(Losses losses) {
        if (losses.kl() > losses.mse() + losses.l2()) {
            return "beta, whose sparsity term has run away";
        }
        long count = tensors.stream()
                .filter(Tensor::isWeight)
                .mapToLong(Tensor::size)
                .sum();
        if (losses.l2() > losses.mse() + losses.kl() && state.squaredWeights() <= count) {
            return "alpha, whose L2 term has run away"; // of weights that are small
        }
        return "the learning rate";
    }

    private double update(Tensor tensor, float learningRate, float alpha, float[] gradient) {
        return adam.update(
                state.step(),
                learningRate,
                alpha,
                gradient,
                state.parameter(tensor.name()),
                state.firstMoment(tensor),
                state.secondMoment(tensor));
    }

    /** Backpropagation: fills the gradients of the loss without its L2 term, which Adam's pass adds. */
    private void backward(MiniBatch batch) {
        int images = batch.size();
        int last = layers - 1;
        outputDelta(inTraining.activations[last], batch.images(), deltas[last]);
        if (hyperparameters.robust()) {
            weigh(errors.weights(images), deltas[last], images);
        }
        backward(last, images);
        for (int layer = last; layer > 0; layer--) {
            network.products[layer].backward(
                    deltas[layer], images, weightGradients[layer], pull(layer - 1, images), deltas[layer - 1]);
            backward(layer - 1, images);
        }
        Optional<Dictionary> dictionary = network.dictionary;
        if (dictionary.isPresent()) {
            float[] decoder = network.weights(last);
            auxiliary
                    .orElseThrow()
                    .add(
                            revivable.get(0).silence,
                            batch,
                            inTraining.activations[last],
                            inTraining.sums[0],
                            decoder,
                            weightGradients[last],
                            deltas[0]);
            dictionary.get().removeParallel(decoder, weightGradients[last]);
        }
        // And nobody needs the gradient of the input.
        network.inputProducts.gradient(batch.rows(), images, deltas[0], weightGradients[0]);
        for (int layer = 0; layer < layers; layer++) {
            network.rowSum.sum(deltas[layer], images, biasGradients[layer]);
        }
        if (dictionary.isPresent()) {
            dictionary
                    .get()
                    .centre(
                            biasGradients[0],
                            network.weights(0),
                            network.biases(last),
                            weightGradients[0],
                            biasGradients[last]);
        }
    }

    /** Turns d loss / d a into d loss / d z. */
    private void backward(int layer, int images) {
        network.functions[layer].backward(inTraining.sums[layer], inTraining.activations[layer], deltas[layer], images);
    }

    /** d mse / d x̂ = 2 (x̂ − x) / (B · pixels) */
    private static void outputDelta(float[] output, float[] target, float[] delta) {
        float scale = 2f / delta.length;
        for (int i = 0; i < delta.length; i++) {
            delta[i] = scale * (output[i] - target[i]);
        }
    }

    /** Multiplies each image's part with its weight. */
    private static void weigh(float[] weights, float[] delta, int images) {
        int width = delta.length / weights.length;
        for (int i = 0; i < images; i++) {
            for (int j = i * width; j < (i + 1) * width; j++) {
                delta[j] *= weights[i];
            }
        }
    }

    /**
     * The KL term's gradient by each activation of a layer: ρ̂_j is a mean over the batch, so each image has 1/B of its
     * gradient. Zero in layers that have no such term.
     */
    private float[] pull(int layer, int images) {
        float[] pull = pulls[layer];
        if (layer < network.means.length && hyperparameters.beta(layer) > 0) {
            double weight = hyperparameters.beta(layer) / images;
            for (int j = 0; j < pull.length; j++) {
                pull[j] = (float) (weight * Sparsity.gradient(hyperparameters.rho(), network.means[layer][j]));
            }
        }
        return pull;
    }

    /** Σ_h β_h Σ_j KL(ρ ‖ ρ̂_j) */
    private double divergence() {
        double sum = 0;
        for (int layer = 0; layer < network.means.length; layer++) {
            if (hyperparameters.beta(layer) > 0) {
                sum += hyperparameters.beta(layer) * Sparsity.divergence(hyperparameters.rho(), network.means[layer]);
            }
        }
        return sum;
    }

    /** λ Σ_h mean(active units) */
    private double penalty(ForwardPass forward) {
        double sum = 0;
        for (int layer = 0; layer < network.means.length; layer++) {
            if (hyperparameters.lambda(layer) > 0) {
                sum += hyperparameters.lambda(layer) * forward.active(layer);
            }
        }
        return sum;
    }
}
