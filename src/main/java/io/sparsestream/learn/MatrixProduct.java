package io.sparsestream.learn;

/** The one kernel that decides the speed; all matrices are dense, row-major float32. */
public interface MatrixProduct {
    /** A matrix on its way into products: loaded once, it takes part in several. */
    interface Operand {
        /** @param values [size] row-major; they must not change until the last of the products */
        void load(float[] values);
    }

    /**
     * A buffer for a matrix, for the products of this object alone.
     *
     * @param size elements of the matrix, which are as many as every array that is loaded into it has
     */
    Operand operand(int size);

    /**
     * {@code c = op(a) · op(b) + row}, where {@code op} transposes if told to. No matrix is empty.
     *
     * @param m rows of op(a) and c
     * @param n columns of op(b) and c
     * @param k columns of op(a), rows of op(b)
     * @param a [m × k], or [k × m] if it is transposed
     * @param b [k × n], or [n × k] if it is transposed
     * @param row [n] added to every row of the product; null for nothing
     * @param c [m × n], overwritten
     */
    void multiply(
            boolean transposeA, boolean transposeB, int m, int n, int k, Operand a, Operand b, float[] row, float[] c);
}
