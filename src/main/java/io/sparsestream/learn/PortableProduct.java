package io.sparsestream.learn;

import java.util.Arrays;

/**
 * Matrix products in plain Java: every row of c is a sum of multiples of the rows of op(b). Arithmetic is strict, so
 * the result is the same on every machine. Not thread-safe.
 */
public final class PortableProduct implements MatrixProduct {
    /** Floats of op(b) that are worked on together, so that they stay in the first-level cache: 32 kB. */
    private static final int PANEL = 8192;

    private float[][] rows = {}; // op(b), row by row, as RowSum likes it
    private float[] sum = {};

    /** The array itself: nothing is copied. */
    private static final class HeapOperand implements Operand {
        private float[] values;

        @Override
        public void load(float[] loaded) {
            values = loaded;
        }
    }

    @Override
    public Operand operand(int size) {
        return new HeapOperand();
    }

    @Override
    public void multiply(
            boolean transposeA,
            boolean transposeB,
            int m,
            int n,
            int k,
            Operand left,
            Operand right,
            float[] row,
            float[] c) {
        float[] a = ((HeapOperand) left).values;
        float[] b = ((HeapOperand) right).values;
        reserve(k, n);
        if (transposeB) {
            copyTransposed(b, n, k);
        } else {
            for (int p = 0; p < k; p++) {
                System.arraycopy(b, p * n, rows[p], 0, n);
            }
        }
        int rowStep = transposeA ? 1 : k;
        int termStep = transposeA ? m : 1;
        int depth = Math.max(4, PANEL / n & ~3);
        for (int from = 0; from < k; from += depth) {
            int to = Math.min(k, from + depth);
            for (int i = 0; i < m; i++) {
                if (from > 0) {
                    System.arraycopy(c, i * n, sum, 0, n);
                } else if (row == null) {
                    Arrays.fill(sum, 0, n, 0);
                } else {
                    System.arraycopy(row, 0, sum, 0, n);
                }
                addTerms(from, to, a, i * rowStep, termStep, n);
                System.arraycopy(sum, 0, c, i * n, n);
            }
        }
    }

    /** sum += Σ op(a)[row, p] · op(b)[p] for p from {@code from} to {@code to}. */
    private void addTerms(int from, int to, float[] a, int start, int step, int n) {
        int p = from;
        for (; p + 3 < to; p += 4) {
            int i = start + p * step;
            RowSum.add(
                    a[i],
                    rows[p],
                    a[i + step],
                    rows[p + 1],
                    a[i + 2 * step],
                    rows[p + 2],
                    a[i + 3 * step],
                    rows[p + 3],
                    sum,
                    n);
        }
        for (; p < to; p++) {
            RowSum.add(a[start + p * step], rows[p], sum, n);
        }
    }

    /** rows = bᵀ, b [n × k], in tiles: a cache line holds 16 floats. */
    private void copyTransposed(float[] b, int n, int k) {
        int tile = 16;
        for (int p0 = 0; p0 < k; p0 += tile) {
            int p1 = Math.min(k, p0 + tile);
            for (int j0 = 0; j0 < n; j0 += tile) {
                int j1 = Math.min(n, j0 + tile);
                for (int p = p0; p < p1; p++) {
                    float[] row = rows[p];
                    for (int j = j0; j < j1; j++) {
                        row[j] = b[j * k + p];
                    }
                }
            }
        }
    }

    private void reserve(int k, int n) {
        if (rows.length < k || sum.length < n) {
            sum = new float[Math.max(n, sum.length)];
            rows = new float[Math.max(k, rows.length)][sum.length];
        }
    }
}
