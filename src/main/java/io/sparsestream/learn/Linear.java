package io.sparsestream.learn;

/** The sums themselves. */
final class Linear implements Activation {
    @Override
    public boolean needsSums() {
        return false;
    }

    /** z and a are the same array. */
    @Override
    public void apply(float[] z, float[] a, int images) {}

    @Override
    public void backward(float[] z, float[] a, float[] delta, int images) {}
}
