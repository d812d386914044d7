package io.sparsestream.learn.nd4j;

import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;
import static org.bytedeco.openblas.global.openblas.blas_set_num_threads;
import static org.bytedeco.openblas.global.openblas.cblas_sgemm;

import io.sparsestream.learn.MatrixProduct;

/**
 * The OpenBLAS that ND4J ships, called on Java arrays without ND4J's array layer: an eager ND4J operation costs more
 * in allocation and dispatch than these small products take.
 */
public final class OpenBlas implements MatrixProduct {
    public OpenBlas() {
        // One thread: bit-identical results, and two threads gain nothing at this size.
        blas_set_num_threads(1);
    }

    @Override
    public void multiply(
            boolean transposeA, boolean transposeB, int m, int n, int k, float[] a, float[] b, float beta, float[] c) {
        cblas_sgemm(
                CblasRowMajor,
                transposeA ? CblasTrans : CblasNoTrans,
                transposeB ? CblasTrans : CblasNoTrans,
                m,
                n,
                k,
                1f,
                a,
                transposeA ? m : k,
                b,
                transposeB ? k : n,
                beta,
                c,
                n);
    }
}
