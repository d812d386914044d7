package io.sparsestream.bench;

import io.sparsestream.learn.Hyperparameters;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** ND4J as one would write it at first: one eager operation after another, by formulas. */
final class Nd4jStep implements Contender {
    private final Hyperparameters hyper;
    private final Feed feed;
    private final int pixels;
    private final float[] batch;
    private final INDArray[] weights;
    private final INDArray[] biases;
    private final INDArray[][] moments; // per parameter m, v; weights first
    private int step;
    private double loss;

    Nd4jStep(Size size, Feed feed) {
        this.feed = feed;
        hyper = size.hyperparameters();
        InitialWeights start = new InitialWeights(size);
        pixels = start.in(0);
        batch = new float[size.batch() * pixels];
        int layers = start.layers();
        weights = new INDArray[layers];
        biases = new INDArray[layers];
        moments = new INDArray[2 * layers][];
        for (int layer = 0; layer < layers; layer++) {
            weights[layer] = Nd4j.create(start.weight(layer), new long[] {start.in(layer), start.out(layer)}, 'c');
            biases[layer] = Nd4j.zeros(1, start.out(layer));
            moments[layer] = new INDArray[] {weights[layer].like(), weights[layer].like()};
            moments[layers + layer] = new INDArray[] {biases[layer].like(), biases[layer].like()};
        }
    }

    @Override
    public void train(int steps) {
        for (int i = 0; i < steps; i++) {
            feed.fill(batch);
            train(Nd4j.create(batch, new long[] {hyper.batch(), pixels}, 'c'));
        }
    }

    private void train(INDArray x) {
        int layers = weights.length;
        INDArray[] a = new INDArray[layers + 1];
        a[0] = x;
        for (int layer = 0; layer < layers; layer++) {
            a[layer + 1] = Transforms.sigmoid(a[layer].mmul(weights[layer]).addiRowVector(biases[layer]), false);
        }
        INDArray error = a[layers].sub(x);
        loss = error.mul(error).meanNumber().doubleValue();
        INDArray delta = error.mul(2.0 / error.length()).muli(a[layers]).muli(a[layers].rsub(1));
        INDArray[] gradients = new INDArray[2 * layers];
        for (int layer = layers - 1; layer >= 0; layer--) {
            loss += hyper.alpha()
                    / 2
                    * weights[layer].mul(weights[layer]).sumNumber().doubleValue();
            gradients[layer] = a[layer].transpose().mmul(delta).addi(weights[layer].mul(hyper.alpha()));
            gradients[layers + layer] = delta.sum(true, 0);
            if (layer > 0) {
                INDArray before = delta.mmul(weights[layer].transpose());
                if (layer <= layers / 2) {
                    INDArray mean = a[layer].mean(true, 0);
                    INDArray off = mean.rsub(1);
                    loss += hyper.beta(layer - 1)
                            * (Transforms.log(mean.rdiv(hyper.rho()), false)
                                            .mul(hyper.rho())
                                            .sumNumber()
                                            .doubleValue()
                                    + Transforms.log(off.rdiv(1 - hyper.rho()), false)
                                            .mul(1 - hyper.rho())
                                            .sumNumber()
                                            .doubleValue());
                    before.addiRowVector(off.rdiv(1 - hyper.rho())
                            .subi(mean.rdiv(hyper.rho()))
                            .muli(hyper.beta(layer - 1) / hyper.batch()));
                }
                delta = before.muli(a[layer]).muli(a[layer].rsub(1));
            }
        }
        step++;
        for (int layer = 0; layer < layers; layer++) {
            update(weights[layer], gradients[layer], moments[layer]);
            update(biases[layer], gradients[layers + layer], moments[layers + layer]);
        }
    }

    private void update(INDArray parameter, INDArray gradient, INDArray[] moment) {
        moment[0].muli(hyper.beta1()).addi(gradient.mul(1 - hyper.beta1()));
        moment[1].muli(hyper.beta2()).addi(gradient.mul(gradient).muli(1 - hyper.beta2()));
        INDArray m = moment[0].div(1 - Math.pow(hyper.beta1(), step));
        INDArray v = moment[1].div(1 - Math.pow(hyper.beta2(), step));
        parameter.subi(
                m.muli(hyper.learningRate()).divi(Transforms.sqrt(v, false).addi(hyper.epsilon())));
    }

    @Override
    public double loss() {
        return loss;
    }
}
