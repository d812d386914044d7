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
     * {@code c = op(a) · op(b) + row}, where {@code op} transposes if told to.
     *
     * @param m rows of op(a) and c
     * @param n columns of op(b) and c
     * @param k columns of op(a), rows of op(b)
     * @param row [n] what every row of the product has added; null for nothing
     */
    void multiply(
            boolean transposeA, boolean transposeB, int m, int n, int k, Operand a, Operand b, float[] row, float[] c);
}
