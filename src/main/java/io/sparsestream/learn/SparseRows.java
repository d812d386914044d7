package io.sparsestream.learn;

/** Rows of numbers of which most are zero, with the places of those that are not. The arrays are live. */
final class SparseRows {
    private final int width;
    private final int[] places;
    private final int[] ends;
    private float[] values;

    SparseRows(int rows, int width) {
        this.width = width;
        places = new int[Math.addExact(Math.multiplyExact(rows, width), 1)];
        ends = new int[rows];
        values = new float[0];
    }

    /** Takes an array [at least rows × width], and looks for the numbers that are not zero in its first rows. */
    void find(float[] array, int rows) {
        values = array;
        for (int row = 0; row < rows; row++) {
            findIn(row);
        }
    }

    /** Looks for the numbers that are not zero in a row of the present array. */
    void findIn(int row) {
        int start = row * width;
        int next = start;
        for (int i = 0; i < width; i++) {
            places[next] = i; // without a branch, which could not be predicted; the next one overwrites a zero's
            next += values[start + i] == 0 ? 0 : 1;
        }
        ends[row] = next;
    }

    /** Takes an array whose places somebody else tells. */
    void set(float[] array) {
        values = array;
    }

    float[] values() {
        return values;
    }

    /** From place row · width on, in ascending order, where that row is not zero; one longer than needed. */
    int[] places() {
        return places;
    }

    /** Where in {@link #places} those of a row end. */
    int end(int row) {
        return ends[row];
    }

    /** Numbers that are not zero, in the first rows. */
    long count(int rows) {
        long count = 0;
        for (int row = 0; row < rows; row++) {
            count += ends[row] - (long) row * width;
        }
        return count;
    }

    void setEnd(int row, int end) {
        ends[row] = end;
    }
}
