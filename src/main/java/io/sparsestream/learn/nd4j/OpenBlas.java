package io.sparsestream.learn.nd4j;

import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;
import static org.bytedeco.openblas.global.openblas.blas_set_num_threads;
import static org.bytedeco.openblas.global.openblas.cblas_sgemm;

import io.sparsestream.learn.MatrixProduct;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.FloatPointer;

/**
 * The OpenBLAS that ND4J ships, called on Java arrays without ND4J's array layer: an eager ND4J operation costs more
 * in allocation and dispatch than these small products take. Not thread-safe.
 */
public final class OpenBlas implements MatrixProduct {
    /**
     * Most multiplications of a product for which OpenBLAS has kernels for AVX-512 that need no packing of the operands:
     * a larger product is quicker in pieces of that size than whole. See interface/gemm.c and
     * kernel/x86_64/sgemm_small_kernel_permit_skylakex.c there.
     */
    private static final int SMALL = 1_000_000;
    /** Most elements of a result for which it has such a kernel if the right operand is transposed. */
    private static final int SMALL_TRANSPOSED = 1200;

    /** Floats of a result that stay in the second-level cache until they are copied into the heap. */
    private static final int CACHED = 1 << 16;
    /** Floats in a vector of AVX-512: a piece of fewer columns, or of an odd number, would waste lanes. */
    private static final int LANES = 16;

    /**
     * Bytes of a cache line, and of a vector of AVX-512. What malloc gives begins 16 bytes behind such a border: then every
     * vector that a kernel loads lies in two lines, and the product takes up to half as long again.
     */
    private static final int ALIGNMENT = 64;

    private FloatPointer result = allocate(LANES);
    private FloatPointer target = new FloatPointer(result); // the same memory, another position

    /** A copy outside the heap, kept: JavaCPP would allocate one for every product, and copy it in and out. */
    private record NativeOperand(FloatPointer values, int size) implements Operand {
        @Override
        public void load(float[] loaded) {
            values.put(loaded, 0, size);
        }
    }

    public OpenBlas() {
        // One thread: bit-identical results, and two threads gain nothing at this size.
        blas_set_num_threads(1);
    }

    @Override
    public Operand operand(int size) {
        return new NativeOperand(allocate(size), size);
    }

    @Override
    public void multiply(
            boolean transposeA, boolean transposeB, int m, int n, int k, Operand a, Operand b, float[] row, float[] c) {
        FloatPointer left = ((NativeOperand) a).values;
        FloatPointer right = ((NativeOperand) b).values;
        int rows = pieceRows(transposeB, m, n, k);
        int columns = pieceColumns(rows, n, k);
        reserve(rows * n);
        for (int from = 0; from < m; from += rows) {
            int some = Math.min(rows, m - from);
            if (row != null) {
                repeat(row, some, n);
            }
            left.position(transposeA ? from : (long) from * k);
            for (int column = 0; column < n; column += columns) {
                cblas_sgemm(
                        CblasRowMajor,
                        transposeA ? CblasTrans : CblasNoTrans,
                        transposeB ? CblasTrans : CblasNoTrans,
                        some,
                        Math.min(columns, n - column),
                        k,
                        1f,
                        left,
                        transposeA ? m : k,
                        right.position(transposeB ? (long) column * k : column),
                        transposeB ? k : n,
                        row == null ? 0f : 1f,
                        result.position(column),
                        n);
            }
            result.position(0);
            result.get(c, from * n, some * n);
        }
        left.position(0);
        right.position(0);
    }

    /** Fills the first rows of the result with one row: each copy doubles what is there. */
    private void repeat(float[] row, int rows, int n) {
        result.put(row, 0, n);
        for (int there = 1; there < rows; there *= 2) {
            long more = Math.min(there, rows - there);
            target.position((long) there * n).put(result.limit(more * n));
        }
        result.limit(result.capacity());
    }

    /** All, if a piece of so many rows can be small, and the result stays cached. */
    private static int pieceRows(boolean transposeB, int m, int n, int k) {
        long small = Math.max(LANES, SMALL / ((long) LANES * k));
        if (transposeB) {
            small = Math.min(small, SMALL_TRANSPOSED / LANES);
        }
        return (int) Math.min(m, Math.min(small, Math.max(LANES, CACHED / n)));
    }

    /** Of two vectors, for which the kernels are best, or one. */
    private static int pieceColumns(int rows, int n, int k) {
        long small = SMALL / ((long) rows * k);
        long unit = small < 2 * LANES ? LANES : 2 * LANES;
        return (int) Math.min(n, Math.max(LANES, small / unit * unit));
    }

    private void reserve(int floats) {
        if (result.capacity() < floats) {
            result = allocate(floats);
            target = new FloatPointer(result);
        }
    }

    /**
     * Memory outside the heap for {@code floats} floats, aligned; given back when nobody refers to the pointer any more.
     * An aligned slice begins behind the next border and ends at the last one: it needs room for both.
     */
    private static FloatPointer allocate(int floats) {
        int bytes = Math.multiplyExact(floats, Float.BYTES);
        return new FloatPointer(ByteBuffer.allocateDirect(Math.addExact(bytes, 2 * ALIGNMENT))
                .alignedSlice(ALIGNMENT)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer());
    }
}
