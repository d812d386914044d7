package io.sparsestream.learn.nd4j;

import io.sparsestream.learn.MatrixProduct;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.openblas.global.openblas;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Matrix products by ND4J's own arrays, and so by whatever backend of ND4J is on the class path, such as one for CUDA. The arrays
 * are allocated once. Not thread-safe.
 *
 * <p>A row-major matrix is a column-major one, transposed, of the same memory; ND4J wants its results column-major. So what it is
 * asked for is {@code cᵀ = op(b)ᵀ · op(a)ᵀ}, and nothing is rearranged.
 */
public final class Nd4jProduct implements MatrixProduct {
    private final Map<Long, INDArray> results = new HashMap<>(); // by shape: a model has some ten

    /** A copy in the backend's memory, with the shape that it had in its last product. */
    private static final class ArrayOperand implements Operand {
        private final INDArray flat;
        private INDArray shaped; // the same memory

        ArrayOperand(int size) {
            flat = Nd4j.create(DataType.FLOAT, size);
            shaped = flat.reshape('f', size, 1);
        }

        @Override
        public void load(float[] values) {
            DataBuffer memory = flat.data();
            int size = (int) memory.length();
            memory.asNioFloat().put(values, 0, size);
            memory.put(
                    0, values[0]); // tells a backend whose products have memory of their own that this one has changed
        }

        /** The transpose of the row-major [rows × columns]. */
        INDArray transposed(int rows, int columns) {
            if (shaped.rows() != columns || shaped.columns() != rows) {
                shaped = flat.reshape('f', columns, rows);
            }
            return shaped;
        }
    }

    /** Of one thread, which finds the same bits again, and is quicker for products this small. */
    public Nd4jProduct() {
        Nd4j.getEnvironment().setMaxThreads(1);
        Nd4j.getEnvironment().setMaxMasterThreads(1);
        openblas.blas_set_num_threads(1);
    }

    @Override
    public Operand operand(int size) {
        return new ArrayOperand(size);
    }

    @Override
    public void multiply(
            boolean transposeA, boolean transposeB, int m, int n, int k, Operand a, Operand b, float[] row, float[] c) {
        INDArray left = ((ArrayOperand) a).transposed(transposeA ? k : m, transposeA ? m : k);
        INDArray right = ((ArrayOperand) b).transposed(transposeB ? n : k, transposeB ? k : n);
        INDArray result = results.computeIfAbsent(
                (long) m << Integer.SIZE | n, shape -> Nd4j.create(DataType.FLOAT, new long[] {n, m}, 'f'));
        Nd4j.gemm(right, left, result, transposeB, transposeA, 1, 0);
        result.data().asNioFloat().get(c, 0, m * n);
        if (row != null) {
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < n; j++) {
                    c[i * n + j] += row[j];
                }
            }
        }
    }
}
