package io.sparsestream.learn;

import java.util.Optional;

/**
 * The matrix products of the first layer: without the terms of zeros where most numbers of the batch are zero, or most units have
 * no gradient, else with all. Each way adds the terms in the same order, in strict arithmetic, and a zero adds nothing: the bits
 * are the same.
 */
final class InputProducts {
    /** From this part of the numbers on that are not 0, passing over the others costs more than it saves. */
    private static final double DENSE = 0.5;

    private final int inputs;
    private final int units;
    private final SparseProduct sparse;
    private final Optional<FewDeltas> few; // where the layer lets few through
    private final PortableProduct dense = new PortableProduct();
    private final MatrixProduct.Operand numbers;
    private final MatrixProduct.Operand weights;
    private final MatrixProduct.Operand deltas;
    private boolean isSparse; // the last forward pass

    /** @param isFew whether few of the units are active for an image */
    InputProducts(int batch, int inputs, int units, boolean isFew) {
        this.inputs = inputs;
        this.units = units;
        sparse = new SparseProduct(batch, inputs, units);
        few = isFew ? Optional.of(new FewDeltas(batch, units)) : Optional.empty();
        numbers = dense.operand(MiniBatch.floats(batch, inputs));
        weights = dense.operand(MiniBatch.floats(inputs, units));
        deltas = dense.operand(MiniBatch.floats(batch, units));
    }

    /**
     * z = x · weight + bias
     *
     * @param weight [inputs × units]
     * @param z [B × units], filled as far as there are images
     */
    void forward(SparseRows x, int images, float[] weight, float[] bias, float[] z) {
        isSparse = x.count(images) < DENSE * images * inputs;
        if (isSparse) {
            sparse.forward(x, images, weight, bias, z);
        } else {
            numbers.load(x.values());
            weights.load(weight);
            dense.multiply(false, false, images, units, inputs, numbers, weights, bias, z);
        }
    }

    /**
     * gradient = xᵀ · delta, for the x of the last {@link #forward}.
     *
     * @param delta [B × units]
     * @param gradient [inputs × units]
     */
    void gradient(SparseRows x, int images, float[] delta, float[] gradient) {
        if (few.isPresent() && few.get().find(delta, images)) {
            few.get().gradient(x.values(), inputs, images, gradient);
        } else if (isSparse) {
            sparse.gradient(x, images, delta, gradient);
        } else {
            deltas.load(delta);
            dense.multiply(true, false, inputs, units, images, numbers, deltas, null, gradient);
        }
    }
}
