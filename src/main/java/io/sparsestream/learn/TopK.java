package io.sparsestream.learn;

/**
 * The k greatest sums of each image, of those above 0; all other units are 0. Ties go to the lower unit. From A. Makhzani,
 * B. Frey, "k-Sparse Autoencoders", ICLR 2014, with the ReLU of L. Gao et al., "Scaling and evaluating sparse
 * autoencoders", 2024.
 */
final class TopK implements Activation {
    private final int units;
    private final int k;
    private final Greatest greatest;

    TopK(int units, int k) {
        this.units = units;
        this.k = k;
        greatest = new Greatest(units);
    }

    @Override
    public boolean needsSums() {
        return false;
    }

    @Override
    public void apply(float[] z, float[] a, int images) {
        for (int image = 0; image < images; image++) {
            greatest.keep(z, a, image * units, (image + 1) * units, k);
        }
    }

    @Override
    public void backward(float[] z, float[] a, float[] delta, int images) {
        Relu.pass(a, delta, images * units);
    }
}
