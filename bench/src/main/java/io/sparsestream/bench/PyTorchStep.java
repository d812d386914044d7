package io.sparsestream.bench;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.training.GradientCollector;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.sparsestream.learn.Hyperparameters;

/** PyTorch through DJL: forward pass and loss as arrays, gradients by autograd, DJL's Adam. */
final class PyTorchStep implements Contender {
    private final Hyperparameters hyper;
    private final Feed feed;
    private final NDManager manager;
    private final NDArray[] weights;
    private final NDArray[] biases;
    private final Optimizer adam;
    private final Shape shape;
    private final int active; // units of a dictionary; 0 if it is none
    private final float[] batch;
    private double loss;

    PyTorchStep(Size size, Feed feed) {
        this.feed = feed;
        hyper = size.hyperparameters();
        InitialWeights start = new InitialWeights(size);
        manager = Engine.getEngine("PyTorch").newBaseManager();
        active = size.active();
        shape = new Shape(size.batch(), start.in(0));
        batch = new float[size.batch() * start.in(0)];
        weights = new NDArray[start.layers()];
        biases = new NDArray[start.layers()];
        for (int layer = 0; layer < weights.length; layer++) {
            weights[layer] = manager.create(start.weight(layer), new Shape(start.in(layer), start.out(layer)));
            biases[layer] = manager.zeros(new Shape(start.out(layer)));
            weights[layer].setRequiresGradient(true);
            biases[layer].setRequiresGradient(true);
        }
        adam = Optimizer.adam()
                .optLearningRateTracker(Tracker.fixed((float) hyper.learningRate()))
                .optBeta1((float) hyper.beta1())
                .optBeta2((float) hyper.beta2())
                .optEpsilon((float) hyper.epsilon())
                .build();
    }

    @Override
    public void train(int steps) {
        for (int i = 0; i < steps; i++) {
            feed.fill(batch);
            try (NDManager step = manager.newSubManager()) {
                train(step.create(batch, shape));
            }
        }
    }

    private void train(NDArray x) {
        NDManager step = x.getManager();
        for (int layer = 0; layer < weights.length; layer++) {
            weights[layer].attach(step);
            biases[layer].attach(step);
        }
        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            NDArray h = x;
            NDArray penalty = step.create(0f);
            for (int layer = 0; layer < weights.length; layer++) {
                NDArray z = h.matMul(weights[layer]).add(biases[layer]);
                if (active > 0) {
                    h = layer == 0 ? greatest(z) : z;
                    continue; // a dictionary has neither penalties nor a last sigmoid
                }
                h = Activation.sigmoid(new NDList(z)).singletonOrThrow();
                penalty = penalty.add(weights[layer].square().sum().mul((float) hyper.alpha() / 2));
                if (layer < weights.length / 2) {
                    penalty = penalty.add(divergence(h.mean(new int[] {0})).mul((float) hyper.beta(layer)));
                }
            }
            NDArray total = h.sub(x).square().mean().add(penalty);
            collector.backward(total);
            loss = total.getFloat();
        }
        for (int layer = 0; layer < weights.length; layer++) {
            adam.update("w" + layer, weights[layer], weights[layer].getGradient());
            adam.update("b" + layer, biases[layer], biases[layer].getGradient());
        }
        for (int layer = 0; layer < weights.length; layer++) {
            weights[layer].attach(manager);
            biases[layer].attach(manager);
        }
    }

    /** The greatest sums of each record, by a mask. */
    private NDArray greatest(NDArray z) {
        NDArray least = z.topK(active, 1, true, false).get(0).min(new int[] {1}, true);
        NDArray mask = z.gte(least).toType(DataType.FLOAT32, false).stopGradient();
        return Activation.relu(z).mul(mask);
    }

    private NDArray divergence(NDArray mean) {
        float rho = (float) hyper.rho(); // a double would turn everything after it into float64
        NDArray on = mean.log().neg().add((float) Math.log(rho)).mul(rho);
        NDArray off =
                mean.neg().add(1f).log().neg().add((float) Math.log(1 - rho)).mul(1 - rho);
        return on.add(off).sum();
    }

    @Override
    public double loss() {
        return loss;
    }

    @Override
    public void close() {
        manager.close();
    }
}
