package io.sparsestream.learn;

/** All terms of the sums, by a {@link MatrixProduct}. */
final class DenseProducts implements LayerProducts {
    private final MatrixProduct product;
    private final int capacity;
    private final int in;
    private final int out;
    private final MatrixProduct.Operand inputs;
    private final MatrixProduct.Operand factors;
    private final MatrixProduct.Operand errors;

    DenseProducts(MatrixProduct product, int capacity, int in, int out) {
        this.product = product;
        this.capacity = capacity;
        this.in = in;
        this.out = out;
        inputs = product.operand(MiniBatch.floats(capacity, in));
        factors = product.operand(MiniBatch.floats(in, out));
        errors = product.operand(MiniBatch.floats(capacity, out));
    }

    @Override
    public void forward(float[] x, int images, float[] weight, float[] bias, float[] z) {
        // The whole capacity, even where the batch is not full: a BLAS picks its kernel by the number of rows, and an
        // image
        // is to get the same bits whether or not its batch is complete.
        inputs.load(x);
        factors.load(weight);
        product.multiply(false, false, capacity, out, in, inputs, factors, bias, z);
    }

    @Override
    public void backward(float[] delta, int images, float[] gradient, float[] pull, float[] before) {
        errors.load(delta);
        product.multiply(true, false, in, out, images, inputs, errors, null, gradient);
        product.multiply(false, true, images, in, out, errors, factors, pull, before);
    }
}
