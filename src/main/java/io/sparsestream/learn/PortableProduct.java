package io.sparsestream.learn;

import java.util.Arrays;

/**
 * Matrix products in plain Java: every row of c is a sum of multiples of the rows of op(b). Arithmetic is strict, so
 * the result is the same on every machine. Not thread-safe.
 */
public final class PortableProduct implements MatrixProduct {
    /** Floats of op(b) that are worked on together, so that they stay in the first-level cache: 32 kB. */
    private static final int PANEL = 8192;
    /** Rows of c that are worked on together, so that they stay in the second-level cache with op(b). */
    private static final int BLOCK = 64;

    private final boolean twoAtOnce;
    private float[][] rows = {}; // op(b), row by row, as RowSum likes it
    private float[][] sums = {}; // some rows of c
    private int columns; // of both

    public PortableProduct() {
        this(RowSum.TWO_AT_ONCE);
    }

    /** @param twoAtOnce whether rows of c are summed in pairs: the bits are the same */
    PortableProduct(boolean twoAtOnce) {
        this.twoAtOnce = twoAtOnce;
    }

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
        int depth = Math.max(4, PANEL / n & ~3);
        reserve(transposeB ? k : depth, n);
        if (transposeB) {
            copyTransposed(b, n, k);
        }
        int rowStep = transposeA ? 1 : k;
        int termStep = transposeA ? m : 1;
        for (int first = 0; first < m; first += BLOCK) {
            int some = Math.min(BLOCK, m - first);
            for (int i = 0; i < some; i++) {
                if (row == null) {
                    Arrays.fill(sums[i], 0, n, 0);
                } else {
                    System.arraycopy(row, 0, sums[i], 0, n);
                }
            }
            for (int from = 0; from < k; from += depth) {
                int terms = Math.min(k - from, depth);
                if (!transposeB) {
                    for (int p = 0; p < terms; p++) {
                        System.arraycopy(b, (from + p) * n, rows[p], 0, n);
                    }
                }
                addTerms(
                        transposeB ? from : 0, terms, a, first * rowStep + from * termStep, rowStep, termStep, some, n);
            }
            for (int i = 0; i < some; i++) {
                System.arraycopy(sums[i], 0, c, (first + i) * n, n);
            }
        }
    }

    /**
     * sums[i] += Σ op(a)[i, p] · rows[p] for the first {@code some} i and so many {@code terms}.
     *
     * @param from the first of the rows
     * @param start place in a of the first term of the first sum
     */
    private void addTerms(int from, int terms, float[] a, int start, int rowStep, int termStep, int some, int n) {
        int i = 0;
        for (; twoAtOnce && i + 1 < some; i += 2) {
            addTerms(from, terms, a, start + i * rowStep, rowStep, termStep, sums[i], sums[i + 1], n);
        }
        for (; i < some; i++) {
            addTerms(from, terms, a, start + i * rowStep, termStep, sums[i], n);
        }
    }

    private void addTerms(
            int from, int terms, float[] a, int start, int rowStep, int step, float[] sum0, float[] sum1, int n) {
        int t = 0;
        for (; t + 3 < terms; t += 4) {
            int i = start + t * step;
            int next = i + rowStep;
            RowSum.add(
                    a[i],
                    a[i + step],
                    a[i + 2 * step],
                    a[i + 3 * step],
                    a[next],
                    a[next + step],
                    a[next + 2 * step],
                    a[next + 3 * step],
                    rows[from + t],
                    rows[from + t + 1],
                    rows[from + t + 2],
                    rows[from + t + 3],
                    sum0,
                    sum1,
                    n);
        }
        for (; t < terms; t++) {
            RowSum.add(a[start + t * step], rows[from + t], sum0, n);
            RowSum.add(a[start + rowStep + t * step], rows[from + t], sum1, n);
        }
    }

    private void addTerms(int from, int terms, float[] a, int start, int step, float[] sum, int n) {
        int t = 0;
        for (; t + 3 < terms; t += 4) {
            int i = start + t * step;
            RowSum.add(
                    a[i],
                    rows[from + t],
                    a[i + step],
                    rows[from + t + 1],
                    a[i + 2 * step],
                    rows[from + t + 2],
                    a[i + 3 * step],
                    rows[from + t + 3],
                    sum,
                    n);
        }
        for (; t < terms; t++) {
            RowSum.add(a[start + t * step], rows[from + t], sum, n);
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
        if (rows.length < k || columns < n) {
            columns = Math.max(columns, n);
            rows = new float[Math.max(k, rows.length)][RowSum.padded(columns)];
            sums = new float[BLOCK][RowSum.padded(columns)];
        }
    }
}
