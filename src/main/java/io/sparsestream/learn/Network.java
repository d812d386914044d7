package io.sparsestream.learn;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The layers of an autoencoder, and what images become in them. It has no array as large as the parameters, which are its
 * owner's, unless the engine's operands are copies: all others are allocated once, here. B is the batch's capacity.
 */
final class Network {
    private final Architecture architecture;
    private final int batch;
    private final List<Tensor> tensors;
    private final Map<String, float[]> parameters;
    final int layers;
    final Activation[] functions;
    final LayerProducts[] products; // of the layers but the first
    final InputProducts inputProducts; // of the first
    final Pass pass; // each image by itself
    final double[][] means; // per hidden layer [units]: ρ̂ of the batch
    final double[] mse; // [B]
    final RowSum rowSum;
    final Optional<Dictionary> dictionary; // if it is one
    private final float[][] hiddenActivations; // the hidden layers' of the pass
    private final float[] ones; // [inputs]

    /** @param parameters by name, live: looked up for each pass */
    Network(
            Architecture architecture,
            Hyperparameters hyperparameters,
            Map<String, float[]> parameters,
            MatrixProduct product) {
        this.architecture = architecture;
        this.parameters = parameters;
        batch = hyperparameters.batch();
        tensors = hyperparameters.tensors(architecture);
        layers = architecture.layers();
        functions = new Activation[layers];
        products = new LayerProducts[layers];
        for (int layer = 0; layer < layers; layer++) {
            functions[layer] = function(layer, hyperparameters);
            if (layer > 0) {
                products[layer] = products(layer, hyperparameters, product);
            }
        }
        dictionary = hyperparameters.isDictionary(architecture)
                ? Optional.of(new Dictionary(architecture.inputs(), architecture.hiddenUnits(0)))
                : Optional.empty();
        pass = new Pass(batch, architecture, functions, dictionary.isPresent());
        hiddenActivations = Arrays.copyOf(pass.activations, architecture.hiddenLayers());
        means = new double[architecture.hiddenLayers()][];
        for (int layer = 0; layer < means.length; layer++) {
            means[layer] = new double[architecture.hiddenUnits(layer)];
        }
        mse = new double[batch];
        ones = new float[architecture.inputs()];
        Arrays.fill(ones, 1);
        rowSum = new RowSum(architecture.sizes().stream().max(Integer::compare).orElseThrow());
        int units = architecture.sizes().get(1);
        inputProducts = new InputProducts(
                batch,
                architecture.inputs(),
                units,
                hyperparameters.activation(0).isFewOf(units));
    }

    private Activation function(int layer, Hyperparameters hyperparameters) {
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
                        batch,
                        units,
                        kind.k(),
                        parameters,
                        architecture.hiddenLayer(layer),
                        Hyperparameters.theta(layer));
            case JUMPRELU -> new JumpRelu(units, parameters, layer, hyperparameters.lambda());
        };
    }

    /** The products of a layer behind the first: sparse where few of the units before it are active. */
    private LayerProducts products(int layer, Hyperparameters hyperparameters, MatrixProduct product) {
        int in = architecture.sizes().get(layer);
        int out = architecture.sizes().get(layer + 1);
        boolean few = layer <= architecture.hiddenLayers()
                && hyperparameters.activation(layer - 1).isFewOf(in);
        return few ? new SparseProducts(batch, in, out) : new DenseProducts(product, batch, in, out);
    }

    /** A layer's [in × out], live. */
    float[] weights(int layer) {
        return parameters.get(tensors.get(2 * layer).name());
    }

    /** A layer's [out], live. */
    float[] biases(int layer) {
        return parameters.get(tensors.get(2 * layer + 1).name());
    }

    /** Another pass that has the arrays of {@link #pass} up to the sums of a layer. */
    Pass passFrom(int layer) {
        return new Pass(batch, architecture, functions, dictionary.isPresent(), pass, layer);
    }

    /**
     * Reconstructs the images of the batch, full or not.
     *
     * @param errors by which they are judged
     */
    ForwardPass forward(MiniBatch images, ErrorDistribution errors) {
        if (images.capacity() != batch) {
            throw new IllegalArgumentException("this model takes batches of " + batch);
        }
        for (int layer = 0; layer < layers; layer++) {
            sum(layer, images, pass);
            functions[layer].apply(pass.sums[layer], pass.activations[layer], images.size());
        }
        for (int layer = 0; layer < means.length; layer++) {
            rowSum.mean(pass.activations[layer], images.size(), means[layer]);
        }
        findErrors(images);
        return new ForwardPass(
                images.size(),
                pass.activations[layers - 1],
                mse,
                hiddenActivations,
                means,
                ones,
                errors.judge(mse, images.size()));
    }

    /** Finds a layer's sums from the activations before it. */
    void sum(int layer, MiniBatch images, Pass in) {
        float[] weight = weights(layer);
        float[] bias = biases(layer);
        if (layer > 0) {
            products[layer].forward(in.activations[layer - 1], images.size(), weight, bias, in.sums[layer]);
        } else {
            float[] centred =
                    dictionary.isPresent() ? dictionary.get().centredBias(weight, bias, biases(layers - 1)) : bias;
            inputProducts.forward(images.rows(), images.size(), weight, centred, in.sums[layer]);
        }
    }

    private void findErrors(MiniBatch images) {
        float[] output = pass.activations[layers - 1];
        float[] target = images.images();
        int pixels = architecture.inputs();
        for (int image = 0; image < images.size(); image++) {
            mse[image] = rowSum.squaredDistance(output, target, image, pixels) / pixels;
        }
    }
}
