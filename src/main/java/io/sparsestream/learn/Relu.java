package io.sparsestream.learn;

/** max(z, 0). */
final class Relu implements Activation {
    private final int units;

    Relu(int units) {
        this.units = units;
    }

    @Override
    public boolean needsSums() {
        return false;
    }

    @Override
    public void apply(float[] z, float[] a, int images) {
        for (int i = 0; i < images * units; i++) {
            a[i] = Math.max(z[i], 0); // and what is no number stays none, so that divergence is seen
        }
    }

    @Override
    public void backward(float[] z, float[] a, float[] delta, int images) {
        pass(a, delta, images * units);
    }

    /** Lets through the gradient of what is active. */
    static void pass(float[] a, float[] delta, int n) {
        for (int i = 0; i < n; i++) {
            delta[i] = a[i] > 0 ? delta[i] : 0;
        }
    }
}
