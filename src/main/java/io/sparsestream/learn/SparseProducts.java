package io.sparsestream.learn;

/**
 * Only the terms of inputs that are not zero: a layer behind one whose units are 0 but for a few. There are no gradients by
 * inputs that are zero, as the layer before lets none through, and no pull, as it has no KL term.
 */
final class SparseProducts implements LayerProducts {
    private final SparseProduct product;
    private final SparseRows rows;
    private float[] factors;

    SparseProducts(int capacity, int in, int out) {
        product = new SparseProduct(capacity, in, out);
        rows = new SparseRows(capacity, in);
    }

    @Override
    public void forward(float[] x, int images, float[] weight, float[] bias, float[] z) {
        rows.find(x, images);
        factors = weight;
        product.forward(rows, images, weight, bias, z);
    }

    @Override
    public void backward(float[] delta, int images, float[] gradient, float[] pull, float[] before) {
        product.gradient(rows, images, delta, gradient);
        product.back(rows, images, factors, before);
    }
}
