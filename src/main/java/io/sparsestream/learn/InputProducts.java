package io.sparsestream.learn;

import java.util.Optional;

/**
 * The matrix products of the first layer: without the terms of zeros where most numbers of the batch are zero, or most units have
 * no gradient, else with all. Each way adds the terms in the same order, in strict arithmetic, and a zero adds nothing: the bits
 * are the same.
 */
final class InputProducts {
    /** More than this part of the numbers is to be 0, or else looking for zeros costs more than it saves. */
    private static final double MOST = 0.5;

    private final int inputs;
    private final int units;
    private final SparseProduct sparse;
    private final Optional<FewDeltas> few; // where the layer lets few through
    private final PortableProduct dense = new PortableProduct();
    private final MatrixProduct.Operand left;
    private final MatrixProduct.Operand right;
    private boolean isSparse; // the last forward pass

    /** @param isFew whether few of the units are active for an image */
    InputProducts(int batch, int inputs, int units, boolean isFew) {
        this.inputs = inputs;
        this.units = units;
        sparse = new SparseProduct(batch, inputs, units);
        few = isFew ? Optional.of(new FewDeltas(batch, units)) : Optional.empty();
        left = dense.operand(MiniBatch.floats(batch, inputs));
        right = dense.operand(MiniBatch.floats(inputs, units));
    }

    /**
     * z = x · weight + bias
     *
     * @param weight [inputs × units]
     * @param z [B × units], filled as far as there are images
     */
    void forward(SparseRows x, int images, float[] weight, float[] bias, float[] z) {
        isSparse = x.count(images) < (1 - MOST) * images * inputs;
        if (isSparse) {
            sparse.forward(x, images, weight, bias, z);
        } else {
            left.load(x.values());
            right.load(weight);
            dense.multiply(false, false, images, units, inputs, left, right, bias, z);
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
            left.load(x.values());
            right.load(delta);
            dense.multiply(true, false, inputs, units, images, left, right, null, gradient);
        }
    }
}
