package io.sparsestream.learn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A sparse autoencoder, sigmoid on every layer:
 *
 * <pre>
 * loss = mean((x̂ − x)²)  +  α Σ_W ½ Σ w²  +  Σ_h β_h Σ_j KL(ρ ‖ ρ̂_j)
 * </pre>
 *
 * with the gradient by backpropagation and Adam for the update. All arrays are allocated once, here; B is the batch's
 * capacity. The persistent part is {@link LearningState}, the rest is scratch.
 */
public final class Autoencoder implements Learner {
    private final Architecture architecture;
    private Hyperparameters hyperparameters;
    private final MatrixProduct product;
    private final LearningState state;
    private Adam adam;
    private final List<RunningAverage> averages = new ArrayList<>();

    private final int layers;
    private final Tensor[] weights;
    private final Tensor[] biases;
    private final float[][] activations; // per layer [B × out]
    private final float[][] hiddenActivations; // the hidden layers' of them
    private final float[][] deltas; // per layer [B × out]: d loss / d z, z the layer's input to its sigmoid
    private final float[][] weightGradients; // per layer [in × out]
    private final float[][] biasGradients; // per layer [out]
    private final MatrixProduct.Operand[] inputs; // per layer but the first: the activations before it
    private final MatrixProduct.Operand[] factors; // per layer but the first: its weights
    private final MatrixProduct.Operand[] errors; // per layer but the first: its deltas
    private final double[][] means; // per hidden layer [units]: ρ̂ of the batch
    private final float[][] pulls; // per layer [units]: the KL term's gradient by each activation; 0 where it has none
    private final double[] mse; // [B]
    private final RowSum rowSum;
    private final InputLayer inputLayer;

    /** A new model, its weights drawn from the hyperparameters' seed. */
    public Autoencoder(Architecture architecture, Hyperparameters hyperparameters, MatrixProduct product) {
        hyperparameters.checkFits(architecture);
        this.architecture = architecture;
        this.hyperparameters = hyperparameters;
        this.product = product;
        state = new LearningState(architecture, hyperparameters.seed());
        adam = new Adam(hyperparameters);

        int batch = hyperparameters.batch();
        layers = architecture.layers();
        weights = new Tensor[layers];
        biases = new Tensor[layers];
        activations = new float[layers][];
        deltas = new float[layers][];
        weightGradients = new float[layers][];
        biasGradients = new float[layers][];
        pulls = new float[layers][];
        inputs = new MatrixProduct.Operand[layers];
        factors = new MatrixProduct.Operand[layers];
        errors = new MatrixProduct.Operand[layers];
        for (int layer = 0; layer < layers; layer++) {
            weights[layer] = state.tensors().get(2 * layer);
            biases[layer] = state.tensors().get(2 * layer + 1);
            int out = architecture.sizes().get(layer + 1);
            activations[layer] = new float[MiniBatch.floats(batch, out)];
            deltas[layer] = new float[MiniBatch.floats(batch, out)];
            weightGradients[layer] = new float[weights[layer].size()];
            biasGradients[layer] = new float[out];
            pulls[layer] = new float[out];
            if (layer > 0) {
                inputs[layer] = product.operand(activations[layer - 1].length);
                factors[layer] = product.operand(weights[layer].size());
                errors[layer] = product.operand(deltas[layer].length);
            }
        }
        hiddenActivations = Arrays.copyOf(activations, architecture.hiddenLayers());
        means = new double[architecture.hiddenLayers()][];
        for (int layer = 0; layer < means.length; layer++) {
            means[layer] = new double[architecture.hiddenUnits(layer)];
            averages.add(new RunningAverage(architecture.hiddenLayer(layer), state, hyperparameters.averagingWindow()));
        }
        mse = new double[batch];
        rowSum = new RowSum(architecture.sizes().stream().max(Integer::compare).orElseThrow());
        inputLayer = new InputLayer(
                batch, architecture.inputs(), architecture.sizes().get(1));
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
                || changed.averagingWindow() != hyperparameters.averagingWindow()) {
            throw new IllegalArgumentException("batch and averaging window stay what they are while a model learns");
        }
        hyperparameters = changed;
        adam = new Adam(changed);
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
        int capacity = batch.capacity();
        if (capacity != hyperparameters.batch()) {
            throw new IllegalArgumentException("this learner takes batches of " + hyperparameters.batch());
        }
        inputLayer.forward(batch, parameter(weights[0]), parameter(biases[0]), activations[0]);
        Sigmoid.apply(activations[0]);
        for (int layer = 1; layer < layers; layer++) {
            int in = architecture.sizes().get(layer);
            int out = architecture.sizes().get(layer + 1);
            // The whole capacity, even where the batch is not full: a BLAS picks its kernel by the number of rows, and
            // an image is to get the same bits whether or not its batch is complete.
            float[] output = activations[layer];
            inputs[layer].load(activations[layer - 1]);
            factors[layer].load(parameter(weights[layer]));
            product.multiply(
                    false, false, capacity, out, in, inputs[layer], factors[layer], parameter(biases[layer]), output);
            Sigmoid.apply(output);
        }
        for (int layer = 0; layer < means.length; layer++) {
            rowSum.mean(activations[layer], batch.size(), means[layer]);
        }
        imageErrors(batch);
        return new ForwardPass(batch.size(), activations[layers - 1], mse, hiddenActivations, means);
    }

    @Override
    public StepResult train(MiniBatch batch) {
        if (!batch.isFull()) {
            throw new IllegalArgumentException("training takes a full mini-batch, found " + batch.size() + " images");
        }
        ForwardPass forward = reconstruct(batch);
        Losses losses =
                new Losses(forward.meanMse(), hyperparameters.alpha() * state.squaredWeights() / 2, divergence());
        if (losses.isDiverged()) {
            throw new DivergedException(state.step(), losses, culprit(losses));
        }
        StepResult result = new StepResult(state.step(), batch, losses, forward);
        backward(batch);
        float learningRate = (float) hyperparameters.learningRate(state.step());
        double squaredWeights = 0;
        for (int layer = 0; layer < layers; layer++) {
            squaredWeights +=
                    update(weights[layer], learningRate, (float) hyperparameters.alpha(), weightGradients[layer]);
            update(biases[layer], learningRate, 0, biasGradients[layer]);
        }
        for (int layer = 0; layer < means.length; layer++) {
            averages.get(layer).add(means[layer], state.images(), batch.size());
        }
        state.count(batch.size(), squaredWeights);
        return result;
    }

    /** What has made the loss diverge: a penalty by its own weight, or else the weights that the learning rate has made. */
    private String culprit(Losses losses) {
        if (losses.kl() > losses.mse() + losses.l2()) {
            return "beta, whose sparsity term has run away";
        }
        long count = Arrays.stream(weights).mapToLong(Tensor::size).sum();
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
                parameter(tensor),
                state.firstMoment(tensor),
                state.secondMoment(tensor));
    }

    /** Backpropagation: fills the gradients of the loss without its L2 term, which Adam's pass adds. */
    private void backward(MiniBatch batch) {
        int images = batch.size();
        outputDelta(activations[layers - 1], batch.images(), deltas[layers - 1]);
        for (int layer = layers - 1; layer > 0; layer--) {
            int in = architecture.sizes().get(layer);
            int out = architecture.sizes().get(layer + 1);
            float[] before = deltas[layer - 1];
            errors[layer].load(deltas[layer]);
            product.multiply(true, false, in, out, images, inputs[layer], errors[layer], null, weightGradients[layer]);
            product.multiply(
                    false, true, images, in, out, errors[layer], factors[layer], pull(layer - 1, images), before);
            hiddenDelta(activations[layer - 1], before);
        }
        inputLayer.gradient(batch, deltas[0], weightGradients[0]); // and nobody needs the gradient of the input
        for (int layer = 0; layer < layers; layer++) {
            rowSum.sum(deltas[layer], images, biasGradients[layer]);
        }
    }

    /** d mse / d z = 2 (x̂ − x) / (B · pixels) · x̂ (1 − x̂) */
    private static void outputDelta(float[] output, float[] target, float[] delta) {
        float scale = 2f / delta.length;
        for (int i = 0; i < delta.length; i++) {
            float a = output[i];
            delta[i] = scale * (a - target[i]) * a * (1 - a);
        }
    }

    /**
     * The KL term's gradient by each activation of a layer: ρ̂_j is a mean over the batch, so each image has 1/B of its
     * gradient. Zero in layers that have no such term.
     */
    private float[] pull(int layer, int images) {
        float[] pull = pulls[layer];
        if (layer < means.length && hyperparameters.beta(layer) > 0) {
            double weight = hyperparameters.beta(layer) / images;
            for (int j = 0; j < pull.length; j++) {
                pull[j] = (float) (weight * Sparsity.gradient(hyperparameters.rho(), means[layer][j]));
            }
        }
        return pull;
    }

    /** Turns d loss / d a into d loss / d z, which is a (1 − a) times that. */
    private static void hiddenDelta(float[] activation, float[] delta) {
        for (int i = 0; i < delta.length; i++) {
            float a = activation[i];
            delta[i] = delta[i] * a * (1 - a);
        }
    }

    private void imageErrors(MiniBatch batch) {
        float[] output = activations[layers - 1];
        float[] target = batch.images();
        int pixels = architecture.inputs();
        for (int image = 0; image < batch.size(); image++) {
            mse[image] = rowSum.squaredDistance(output, target, image, pixels) / pixels;
        }
    }

    /** Σ_h β_h Σ_j KL(ρ ‖ ρ̂_j) */
    private double divergence() {
        double sum = 0;
        for (int layer = 0; layer < means.length; layer++) {
            if (hyperparameters.beta(layer) > 0) {
                sum += hyperparameters.beta(layer) * Sparsity.divergence(hyperparameters.rho(), means[layer]);
            }
        }
        return sum;
    }

    private float[] parameter(Tensor tensor) {
        return state.parameter(tensor.name());
    }
}
