package io.sparsestream.learn;

/** The one kernel that decides the speed; all matrices are dense, row-major float32. */
public interface MatrixProduct {
    /** A matrix on its way into products: loaded once, it takes part in several. */
    interface Operand {
        /** @param values which stay as they are until the last of the products */
        void load(float[] values);
    }

    /** A place for a matrix of so many numbers, for the products of this object alone. */
    Operand operand(int size);

    /**
     * {@code c = op(a) · op(b) + beta · c}, where {@code op} transposes if told to.
     *
     * @param m rows of op(a) and c
     * @param n columns of op(b) and c
     * @param k columns of op(a), rows of op(b)
     * @param beta 1 to add to c, 0 to overwrite it
     */
    void multiply(
            boolean transposeA, boolean transposeB, int m, int n, int k, Operand a, Operand b, float beta, float[] c);
}
