package io.sparsestream.learn;

import java.util.List;

/**
 * Name and shape of one parameter tensor, row-major.
 *
 * @param name as in the reference experiment, such as {@code w_e_1}
 * @param shape {@code [in, out]} for a weight matrix, {@code [out]} for a bias; every entry at least 1
 */
public record Tensor(String name, List<Integer> shape) {
    public Tensor {
        shape = List.copyOf(shape);
    }

    /** Number of elements. */
    public int size() {
        return shape.stream().reduce(1, Math::multiplyExact);
    }

    /** Whether L2 regularization applies: to weight matrices, not to biases. */
    public boolean isWeight() {
        return shape.size() == 2;
    }
}
