package io.sparsestream.learn;

/** The one kernel that is worth native code; all matrices are dense, row-major float32. */
public interface MatrixProduct {
    /**
     * {@code c = op(a) · op(b)}, where {@code op} transposes if told to.
     *
     * @param m rows of op(a) and c
     * @param n columns of op(b) and c
     * @param k columns of op(a), rows of op(b)
     */
    void multiply(boolean transposeA, boolean transposeB, int m, int n, int k, float[] a, float[] b, float[] c);
}
