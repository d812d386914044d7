package io.sparsestream.bench;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Hyperparameters;
import java.util.Map;

/**
 * What is trained.
 *
 * @param width factor on the 300 and 30 units of the hidden layers
 * @param batch images of a mini-batch
 */
record Size(int width, int batch) {
    static final Size REFERENCE = new Size(1, 60);

    Architecture architecture() {
        return Architecture.of(784, 300 * width, 30 * width, 300 * width, 784);
    }

    Hyperparameters hyperparameters() {
        return Hyperparameters.SPARSE.with(Map.of("batch", Integer.toString(batch)));
    }

    /** Multiplications and additions of one step's matrix products, every pixel counted. */
    double operations() {
        int[] sizes =
                architecture().sizes().stream().mapToInt(Integer::intValue).toArray();
        double sum = 0;
        for (int layer = 0; layer + 1 < sizes.length; layer++) {
            int products =
                    layer == 0 ? 2 : 3; // forward, weight gradient, and that of the layer's input but for the first
            sum += 2.0 * products * batch * sizes[layer] * sizes[layer + 1];
        }
        return sum;
    }
}
