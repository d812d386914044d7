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

    private final int layers;
    private final Tensor[] weights;
    private final Tensor[] biases;
    private final Activation[] functions;
    private final LayerProducts[] products; // of the layers but the first
    private final InputProducts inputProducts; // of the first
    private final Pass pass; // each image by itself
    private final int firstBatchWise; // layer; as many as there are if there is none
    private final Pass inTraining; // the same one, unless a layer is batch-wise
    private final float[][] hiddenActivations; // the hidden layers' of the pass
    private final float[][] deltas; // per layer [B × out]: d loss / d z, z the layer's sums
    private final float[][] weightGradients; // per layer [in × out]
    private final float[][] biasGradients; // per layer [out]
    private final double[][] means; // per hidden layer [units]: ρ̂ of the batch
    private final float[][] pulls; // per layer [units]: the KL term's gradient by each activation; 0 where it has none
    private final double[] mse; // [B]
    private final ErrorDistribution errors;
    private final float[] ones; // [inputs]
    private final RowSum rowSum;
    private final List<Revivable> revivable = new ArrayList<>();
    private final Optional<Dictionary> dictionary; // if it is one

    /** A hidden layer whose units can die. */
    private record Revivable(int layer, Silence silence, Revival revival) {}

    /** A new model, its weights drawn from the hyperparameters' seed. */
    public Autoencoder(Architecture architecture, Hyperparameters hyperparameters, MatrixProduct product) {
        hyperparameters.checkFits(architecture);
        this.architecture = architecture;
        this.hyperparameters = hyperparameters;
        state = new LearningState(architecture, hyperparameters);
        adam = new Adam(hyperparameters);

        int batch = hyperparameters.batch();
        layers = architecture.layers();
        weights = new Tensor[layers];
        biases = new Tensor[layers];
        functions = new Activation[layers];
        for (int layer = 0; layer < layers; layer++) {
            weights[layer] = state.tensors().get(2 * layer);
            biases[layer] = state.tensors().get(2 * layer + 1);
            functions[layer] = function(layer);
        }
        boolean isDictionary = hyperparameters.isDictionary(architecture);
        pass = new Pass(batch, architecture, functions, isDictionary);
        firstBatchWise = (int) Arrays.stream(functions)
                .takeWhile(function -> !function.isBatchWise())
                .count();
        inTraining = firstBatchWise == layers
                ? pass
                : new Pass(batch, architecture, functions, isDictionary, pass, firstBatchWise);
        hiddenActivations = Arrays.copyOf(pass.activations, architecture.hiddenLayers());

        products = new LayerProducts[layers];
        deltas = new float[layers][];
        weightGradients = new float[layers][];
        biasGradients = new float[layers][];
        pulls = new float[layers][];
        for (int layer = 0; layer < layers; layer++) {
            int out = architecture.sizes().get(layer + 1);
            deltas[layer] = new float[MiniBatch.floats(batch, out)];
            weightGradients[layer] = new float[weights[layer].size()];
            biasGradients[layer] = new float[out];
            pulls[layer] = new float[out];
            if (layer > 0) {
                products[layer] = products(layer, product);
            }
        }
        means = new double[architecture.hiddenLayers()][];
        for (int layer = 0; layer < means.length; layer++) {
            String name = architecture.hiddenLayer(layer);
            means[layer] = new double[architecture.hiddenUnits(layer)];
            averages.add(new RunningAverage(name, state, hyperparameters.averagingWindow()));
            if (hyperparameters.activation(layer).hasZeros()) {
                revivable.add(
                        new Revivable(layer, new Silence(state.silent(name)), new Revival(state, layer, name, batch)));
            }
        }
        mse = new double[batch];
        errors = new ErrorDistribution(batch);
        ones = new float[architecture.inputs()];
        Arrays.fill(ones, 1);
        state.add(errors);
        rowSum = new RowSum(architecture.sizes().stream().max(Integer::compare).orElseThrow());
        int units = architecture.sizes().get(1);
        inputProducts = new InputProducts(
                batch,
                architecture.inputs(),
                units,
                hyperparameters.activation(0).isFewOf(units));
        dictionary = isDictionary
                ? Optional.of(new Dictionary(batch, architecture.inputs(), architecture.hiddenUnits(0)))
                : Optional.empty();
    }

    private Activation function(int layer) {
        int units = architecture.sizes().get(layer + 1);
        if (layer == layers - 1) {
            return hyperparameters.output() == OutputKind.LINEAR ? new Linear() : new Sigmoid();
        }
        boolean encodes = layer < architecture.hiddenLayers();
        ActivationKind kind = encodes ? hyperparameters.activation(layer) : hyperparameters.decoderActivation();
        return switch (kind.shape()) {
            case SIGMOID -> new Sigmoid();
            case RELU -> new Relu(units);
            case TOPK -> new TopK(units, kind.k());
            case BATCHTOPK ->
                new BatchTopK(
                        hyperparameters.batch(),
                        units,
                        kind.k(),
                        state,
                        architecture.hiddenLayer(layer),
                        Hyperparameters.theta(layer));
            case JUMPRELU -> new JumpRelu(units, state, layer, hyperparameters.lambda());
        };
    }

    /** The products of a layer behind the first: sparse where few of the units before it are active. */
    private LayerProducts products(int layer, MatrixProduct product) {
        int batch = hyperparameters.batch();
        int in = architecture.sizes().get(layer);
        int out = architecture.sizes().get(layer + 1);
        boolean few = layer <= architecture.hiddenLayers()
                && hyperparameters.activation(layer - 1).isFewOf(in);
        return few ? new SparseProducts(batch, in, out) : new DenseProducts(product, batch, in, out);
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
        for (Activation function : functions) {
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
        int capacity = batch.capacity();
        if (capacity != hyperparameters.batch()) {
            throw new IllegalArgumentException("this learner takes batches of " + hyperparameters.batch());
        }
        for (int layer = 0; layer < layers; layer++) {
            sum(layer, batch, pass);
            functions[layer].apply(pass.sums[layer], pass.activations[layer], batch.size());
        }
        for (int layer = 0; layer < means.length; layer++) {
            rowSum.mean(pass.activations[layer], batch.size(), means[layer]);
        }
        imageErrors(batch);
        return new ForwardPass(
                batch.size(),
                pass.activations[layers - 1],
                mse,
                hiddenActivations,
                means,
                ones,
                errors.judge(mse, batch.size()));
    }

    /** Finds a layer's sums from the activations before it. */
    private void sum(int layer, MiniBatch batch, Pass in) {
        float[] weight = parameter(weights[layer]);
        float[] bias = parameter(biases[layer]);
        if (layer > 0) {
            products[layer].forward(in.activations[layer - 1], batch.size(), weight, bias, in.sums[layer]);
        } else {
            float[] centred = dictionary.isPresent()
                    ? dictionary.get().centredBias(weight, bias, parameter(biases[layers - 1]))
                    : bias;
            inputProducts.forward(batch.rows(), batch.size(), weight, centred, in.sums[layer]);
        }
    }

    /** What the gradient is to see otherwise: the activations from the first batch-wise layer on. */
    private void goOnInTraining(MiniBatch batch) {
        for (int layer = firstBatchWise; layer < layers; layer++) {
            if (layer > firstBatchWise) {
                sum(layer, batch, inTraining);
            }
            functions[layer].applyInTraining(inTraining.sums[layer], inTraining.activations[layer], batch.size());
        }
    }

    @Override
    public StepResult train(MiniBatch batch) {
        StepResult result = test(batch);
        double squaredWeights = dictionary.isPresent() && Dictionary.isNew(state.step(), parameter(biases[layers - 1]))
                ? begin(batch)
                : update(batch);
        errors.add(batch.size());
        count(batch, squaredWeights);
        return result;
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
        for (int layer = 0; layer < means.length; layer++) {
            averages.get(layer).add(means[layer], state.images(), batch.size());
        }
        state.count(batch.size(), squaredWeights);
    }

    /** A dictionary's first step: nothing but the mean of the images, which the encoder needs before it can learn. */
    private double begin(MiniBatch batch) {
        dictionary.orElseThrow().mean(batch, parameter(biases[layers - 1]));
        return state.squaredWeights();
    }

    /** @return Σ w² over the weight matrices after the update; NaN if it is not known */
    private double update(MiniBatch batch) {
        goOnInTraining(batch);
        backward(batch);
        float learningRate = (float) hyperparameters.learningRate(state.step());
        double squaredWeights = 0;
        for (int layer = 0; layer < layers; layer++) {
            boolean isNormed = dictionary.isPresent() && layer == layers - 1; // so that an L2 term would be a constant
            float alpha = isNormed ? 0 : (float) hyperparameters.alpha();
            double squares = update(weights[layer], learningRate, alpha, weightGradients[layer]);
            update(biases[layer], learningRate, 0, biasGradients[layer]);
            functions[layer].update(adam, learningRate);
            squaredWeights += isNormed ? dictionary.get().normalize(parameter(weights[layer])) : squares;
        }
        boolean revived = false;
        for (Revivable each : revivable) {
            each.silence.add(inTraining.activations[each.layer], batch.size());
            if (dictionary.isEmpty() && (state.step() + 1) % Silence.LONG == 0) {
                float[] in = each.layer == 0 ? batch.images() : inTraining.activations[each.layer - 1];
                revived |= each.revival.revive(each.silence, functions[each.layer], in, batch.size(), mse);
            }
        }
        return revived ? Double.NaN : squaredWeights;
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
        int last = layers - 1;
        outputDelta(inTraining.activations[last], batch.images(), deltas[last]);
        if (hyperparameters.robust()) {
            weigh(errors.weights(images), deltas[last], images);
        }
        backward(last, images);
        for (int layer = last; layer > 0; layer--) {
            products[layer].backward(
                    deltas[layer], images, weightGradients[layer], pull(layer - 1, images), deltas[layer - 1]);
            backward(layer - 1, images);
        }
        if (dictionary.isPresent()) {
            dictionary
                    .get()
                    .addAuxiliary(
                            revivable.get(0).silence,
                            batch,
                            inTraining.activations[last],
                            inTraining.sums[0],
                            parameter(weights[last]),
                            weightGradients[last],
                            deltas[0]);
            dictionary.get().removeParallel(parameter(weights[last]), weightGradients[last]);
        }
        // And nobody needs the gradient of the input.
        inputProducts.gradient(batch.rows(), images, deltas[0], weightGradients[0]);
        for (int layer = 0; layer < layers; layer++) {
            rowSum.sum(deltas[layer], images, biasGradients[layer]);
        }
        if (dictionary.isPresent()) {
            dictionary
                    .get()
                    .centre(
                            biasGradients[0],
                            parameter(weights[0]),
                            parameter(biases[last]),
                            weightGradients[0],
                            biasGradients[last]);
        }
    }

    /** Turns d loss / d a into d loss / d z. */
    private void backward(int layer, int images) {
        functions[layer].backward(inTraining.sums[layer], inTraining.activations[layer], deltas[layer], images);
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
        if (layer < means.length && hyperparameters.beta(layer) > 0) {
            double weight = hyperparameters.beta(layer) / images;
            for (int j = 0; j < pull.length; j++) {
                pull[j] = (float) (weight * Sparsity.gradient(hyperparameters.rho(), means[layer][j]));
            }
        }
        return pull;
    }

    private void imageErrors(MiniBatch batch) {
        float[] output = pass.activations[layers - 1];
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

    /** λ Σ_h mean(active units) */
    private double penalty(ForwardPass forward) {
        double sum = 0;
        for (int layer = 0; layer < means.length; layer++) {
            if (hyperparameters.lambda(layer) > 0) {
                sum += hyperparameters.lambda(layer) * forward.active(layer);
            }
        }
        return sum;
    }

    private float[] parameter(Tensor tensor) {
        return state.parameter(tensor.name());
    }
}
