package io.sparsestream.learn;

import java.util.ArrayList;
import java.util.List;

/**
 * A fully connected autoencoder as data: the sizes of its layers, input and output included. The first half of the
 * layers encodes ({@code w_e_1, w_e_2 …}), the second half decodes ({@code w_d_1, w_d_2 …}).
 *
 * @param sizes units per layer, such as 784, 300, 30, 300, 784
 */
public record Architecture(List<Integer> sizes) {
    /** The reference experiment's: 784-300-30-300-784. */
    public static final Architecture DEFAULT = of(784, 300, 30, 300, 784);

    /** @throws IllegalArgumentException if the sizes do not describe an autoencoder */
    public Architecture {
        sizes = List.copyOf(sizes);
        if (sizes.size() < 3 || sizes.size() % 2 == 0) {
            throw new IllegalArgumentException("an autoencoder has as many decoding as encoding layers, so an odd "
                    + "number of layer sizes, at least 3; found " + sizes);
        }
        if (sizes.stream().anyMatch(size -> size < 1)) {
            throw new IllegalArgumentException("every layer needs at least one unit, found " + sizes);
        }
        for (int layer = 1; layer < sizes.size(); layer++) {
            if ((long) sizes.get(layer - 1) * sizes.get(layer) > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("layers of " + sizes.get(layer - 1) + " and " + sizes.get(layer)
                        + " units have more weights between them than fit into an array");
            }
        }
        if (!sizes.get(0).equals(sizes.get(sizes.size() - 1))) {
            throw new IllegalArgumentException("an autoencoder's output is as wide as its input, found " + sizes);
        }
    }

    public static Architecture of(Integer... sizes) {
        return new Architecture(List.of(sizes));
    }

    /** The same with other first and last layers. */
    public Architecture withInputs(int inputs) {
        List<Integer> changed = new ArrayList<>(sizes);
        changed.set(0, inputs);
        changed.set(sizes.size() - 1, inputs);
        return new Architecture(changed);
    }

    /** Pixels of an image. */
    public int inputs() {
        return sizes.get(0);
    }

    /** Number of weight matrices. */
    public int layers() {
        return sizes.size() - 1;
    }

    /** Number of layers whose activations are to be sparse: the encoder's. */
    public int hiddenLayers() {
        return layers() / 2;
    }

    /** Name of the encoder's layer, counted from 0: {@code h_e_1} is the first. */
    public String hiddenLayer(int index) {
        return "h_e_" + (index + 1);
    }

    /** Units of the encoder's layer, counted from 0. */
    public int hiddenUnits(int index) {
        return sizes.get(index + 1);
    }

    /** Weight and bias of every layer in the order of the forward pass. */
    public List<Tensor> tensors() {
        List<Tensor> tensors = new ArrayList<>();
        for (int layer = 0; layer < layers(); layer++) {
            String suffix = layer < hiddenLayers() ? "e_" + (layer + 1) : "d_" + (layer + 1 - hiddenLayers());
            tensors.add(new Tensor("w_" + suffix, List.of(sizes.get(layer), sizes.get(layer + 1))));
            tensors.add(new Tensor("b_" + suffix, List.of(sizes.get(layer + 1))));
        }
        return tensors;
    }

    /** Numbers that all weights and biases have together. */
    public long parameters() {
        return tensors().stream().mapToLong(Tensor::size).sum();
    }

    /** The form {@code 784-300-30-300-784}. */
    @Override
    public String toString() {
        return String.join("-", sizes.stream().map(String::valueOf).toList());
    }
}
