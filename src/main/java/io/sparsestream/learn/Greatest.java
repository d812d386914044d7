package io.sparsestream.learn;

/**
 * Keeps the k greatest positive numbers of a range and makes all others 0. Of equal ones the first is kept: the result
 * depends on the numbers alone.
 */
final class Greatest {
    private final int[] keys;

    /** @param capacity numbers of the longest range */
    Greatest(int capacity) {
        keys = new int[capacity];
    }

    /**
     * Fills {@code a} from place {@code from} to {@code to}. What is no number counts as the greatest, so that divergence
     * is seen.
     *
     * @param k above 0
     */
    void keep(float[] z, float[] a, int from, int to, int k) {
        int positive = 0;
        for (int i = from; i < to; i++) { // without a branch, which could not be predicted
            int key = key(z[i]);
            keys[positive] = key;
            positive += key > 0 ? 1 : 0;
        }
        if (positive <= k) {
            for (int i = from; i < to; i++) {
                a[i] = key(z[i]) > 0 ? z[i] : 0;
            }
            return;
        }
        int least = select(positive, k);
        int ties = k;
        for (int i = from; i < to; i++) {
            ties -= key(z[i]) > least ? 1 : 0;
        }
        for (int i = from; i < to; i++) {
            int key = key(z[i]);
            boolean tie = key == least;
            a[i] = key > least || tie && ties > 0 ? z[i] : 0;
            ties -= tie ? 1 : 0;
        }
    }

    /** The k-th greatest of the first n numbers, negative ones among them; k at most n. */
    float least(float[] values, int n, int k) {
        for (int i = 0; i < n; i++) {
            keys[i] = key(values[i]);
        }
        int key = select(n, k);
        return Float.intBitsToFloat(key ^ key >> Integer.SIZE - 1 & Integer.MAX_VALUE);
    }

    /** In the order of the numbers: the bits of positive floats are, those of negative ones the other way round. */
    @SuppressWarnings("IdentityBinaryExpression") // of all floats NaN alone is not equal to itself
    private static int key(float z) {
        int bits = Float.floatToRawIntBits(z);
        return z == z ? bits ^ bits >> Integer.SIZE - 1 & Integer.MAX_VALUE : bits & Integer.MAX_VALUE;
    }

    /** The k-th greatest of the first n keys, k at most n: C. A. R. Hoare, "Algorithm 65: find", 1961. */
    private int select(int n, int k) {
        int left = 0;
        int right = n - 1;
        int place = k - 1; // in descending order
        while (left < right) {
            int pivot = median(keys[left], keys[(left + right) >>> 1], keys[right]);
            int i = left;
            int j = right;
            while (i <= j) {
                while (keys[i] > pivot) {
                    i++;
                }
                while (keys[j] < pivot) {
                    j--;
                }
                if (i <= j) {
                    int swapped = keys[i];
                    keys[i] = keys[j];
                    keys[j] = swapped;
                    i++;
                    j--;
                }
            }
            if (place <= j) {
                right = j;
            } else if (place >= i) {
                left = i;
            } else {
                return keys[place];
            }
        }
        return keys[place];
    }

    private static int median(int a, int b, int c) {
        return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    }
}
