package io.sparsestream.learn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A sparse autoencoder, sigmoid on every layer:
 *
 * <pre>
 * loss = mean((x̂ − x)²)  +  α Σ_W ½ Σ w²  +  β Σ_h Σ_j KL(ρ ‖ ρ̂_j)
 * </pre>
 *
 * with the gradient by backpropagation and Adam for the update. All arrays are allocated once, here; B is the batch's
 * capacity. The persistent part is {@link LearningState}, the rest is scratch.
 */
public final class Autoencoder implements Learner {
    private final Architecture architecture;
    private final Hyperparameters hyperparameters;
    private final MatrixProduct product;
    private final LearningState state;
    private final Adam adam;
    private final List<RunningAverage> averages = new ArrayList<>();

    private final int layers;
    private final Tensor[] weights;
    private final Tensor[] biases;
    private final float[][] activations; // per layer [B × out]
    private final float[][] hiddenActivations; // the hidden layers' of them
    private final float[][] deltas; // per layer [B × out]: d loss / d z, z the layer's input to its sigmoid
    private final float[][] weightGradients; // per layer [in × out]
    private final float[][] biasGradients; // per layer [out]
    private final double[][] means; // per hidden layer [units]: ρ̂ of the batch
    private final float[][] pulls; // per layer [units]: the KL term's gradient by each activation; 0 where it has none
    private final double[] mse; // [B]

    /** A new model, its weights drawn from the hyperparameters' seed. */
    public Autoencoder(Architecture architecture, Hyperparameters hyperparameters, MatrixProduct product) {
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
        for (int layer = 0; layer < layers; layer++) {
            weights[layer] = state.tensors().get(2 * layer);
            biases[layer] = state.tensors().get(2 * layer + 1);
            int out = architecture.sizes().get(layer + 1);
            activations[layer] = new float[batch * out];
            deltas[layer] = new float[batch * out];
            weightGradients[layer] = new float[weights[layer].size()];
            biasGradients[layer] = new float[out];
            pulls[layer] = new float[out];
        }
        hiddenActivations = Arrays.copyOf(activations, architecture.hiddenLayers());
        means = new double[architecture.hiddenLayers()][];
        for (int layer = 0; layer < means.length; layer++) {
            means[layer] = new double[architecture.hiddenUnits(layer)];
            averages.add(new RunningAverage(architecture.hiddenLayer(layer), state, hyperparameters.averagingWindow()));
        }
        mse = new double[batch];
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
        float[] input = batch.images();
        for (int layer = 0; layer < layers; layer++) {
            int in = architecture.sizes().get(layer);
            int out = architecture.sizes().get(layer + 1);
            // The whole capacity, even where the batch is not full: a BLAS picks its kernel by the number of rows, and
            // an image is to get the same bits whether or not its batch is complete.
            product.multiply(false, false, capacity, out, in, input, parameter(weights[layer]), activations[layer]);
            addBiasAndSigmoid(activations[layer], parameter(biases[layer]), batch.size());
            input = activations[layer];
        }
        for (int layer = 0; layer < means.length; layer++) {
            columnMeans(activations[layer], means[layer], batch.size());
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
        Losses losses = new Losses(
                forward.meanMse(),
                hyperparameters.alpha() * halfSquaredWeights(),
                hyperparameters.beta() * divergence());
        if (!Double.isFinite(losses.total())) {
            throw new NonFiniteLossException(state.step(), losses);
        }
        StepResult result = new StepResult(state.step(), batch, losses, forward);
        backward(batch);
        for (int layer = 0; layer < layers; layer++) {
            update(weights[layer], (float) hyperparameters.alpha(), weightGradients[layer]);
            update(biases[layer], 0, biasGradients[layer]);
        }
        for (int layer = 0; layer < means.length; layer++) {
            averages.get(layer).add(means[layer], state.images(), batch.size());
        }
        state.count(batch.size());
        return result;
    }

    private void update(Tensor tensor, float alpha, float[] gradient) {
        adam.update(
                state.step(),
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
        for (int layer = layers - 1; layer >= 0; layer--) {
            int in = architecture.sizes().get(layer);
            int out = architecture.sizes().get(layer + 1);
            float[] input = layer == 0 ? batch.images() : activations[layer - 1];
            float[] delta = deltas[layer];
            product.multiply(true, false, in, out, images, input, delta, weightGradients[layer]);
            columnSums(delta, biasGradients[layer], images);
            if (layer > 0) { // nobody needs the gradient of the input
                product.multiply(false, true, images, in, out, delta, parameter(weights[layer]), deltas[layer - 1]);
                hiddenDelta(layer - 1, images);
            }
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

    /** Turns d loss / d activation, already in the layer's delta, into d loss / d z, the KL term's share included. */
    private void hiddenDelta(int layer, int images) {
        float[] delta = deltas[layer];
        float[] activation = activations[layer];
        int units = delta.length / images;
        float[] pull = pulls[layer];
        if (layer < means.length && hyperparameters.beta() > 0) {
            for (int j = 0; j < units; j++) {
                // ρ̂_j is a mean over the batch, so each image has 1/B of its gradient.
                pull[j] = (float)
                        (hyperparameters.beta() / images * Sparsity.gradient(hyperparameters.rho(), means[layer][j]));
            }
        }
        for (int row = 0; row < images; row++) {
            int offset = row * units;
            for (int j = 0; j < units; j++) {
                float a = activation[offset + j];
                delta[offset + j] = (delta[offset + j] + pull[j]) * a * (1 - a);
            }
        }
    }

    private void imageErrors(MiniBatch batch) {
        float[] output = activations[layers - 1];
        float[] target = batch.images();
        int pixels = architecture.inputs();
        for (int image = 0; image < batch.size(); image++) {
            int offset = image * pixels;
            double even = 0; // two sums, since one would wait for each addition
            double odd = 0;
            int i = 0;
            for (; i + 1 < pixels; i += 2) {
                float a = output[offset + i] - target[offset + i];
                float b = output[offset + i + 1] - target[offset + i + 1];
                even += a * a;
                odd += b * b;
            }
            if (i < pixels) {
                float a = output[offset + i] - target[offset + i];
                even += a * a;
            }
            mse[image] = (even + odd) / pixels;
        }
    }

    private double halfSquaredWeights() {
        if (hyperparameters.alpha() == 0) {
            return 0;
        }
        double sum = 0;
        for (Tensor weight : weights) {
            sum += squaredNorm(parameter(weight));
        }
        return sum / 2;
    }

    /** Σ w², in four sums, since one would wait for each addition. */
    static double squaredNorm(float[] values) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i + 3 < values.length; i += 4) {
            s0 += values[i] * values[i];
            s1 += values[i + 1] * values[i + 1];
            s2 += values[i + 2] * values[i + 2];
            s3 += values[i + 3] * values[i + 3];
        }
        for (; i < values.length; i++) {
            s0 += values[i] * values[i];
        }
        return s0 + s1 + s2 + s3;
    }

    private double divergence() {
        if (hyperparameters.beta() == 0) {
            return 0;
        }
        double sum = 0;
        for (double[] layer : means) {
            for (double rhoHat : layer) {
                sum += Sparsity.divergence(hyperparameters.rho(), rhoHat);
            }
        }
        return sum;
    }

    private static void addBiasAndSigmoid(float[] z, float[] bias, int rows) {
        for (int row = 0; row < rows; row++) {
            int offset = row * bias.length;
            for (int j = 0; j < bias.length; j++) {
                z[offset + j] = (float) (1 / (1 + Math.exp(-(z[offset + j] + bias[j]))));
            }
        }
    }

    private static void columnSums(float[] matrix, float[] sums, int rows) {
        Arrays.fill(sums, 0);
        for (int row = 0; row < rows; row++) {
            int offset = row * sums.length;
            for (int j = 0; j < sums.length; j++) {
                sums[j] += matrix[offset + j];
            }
        }
    }

    private static void columnMeans(float[] matrix, double[] means, int rows) {
        Arrays.fill(means, 0);
        for (int row = 0; row < rows; row++) {
            int offset = row * means.length;
            for (int j = 0; j < means.length; j++) {
                means[j] += matrix[offset + j];
            }
        }
        for (int j = 0; j < means.length; j++) {
            means[j] /= rows;
        }
    }

    private float[] parameter(Tensor tensor) {
        return state.parameter(tensor.name());
    }
}
