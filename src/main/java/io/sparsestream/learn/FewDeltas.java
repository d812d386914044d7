package io.sparsestream.learn;

import java.util.Arrays;

/**
 * The weight gradient of a layer few of whose units have one: all but the greatest of a dictionary let none through. Terms come in
 * the order of the images, in strict arithmetic: the bits are those of {@link SparseProduct}, which adds the zeros, too.
 */
final class FewDeltas {
    /** One of so many units may have a gradient: a term is then added by itself, and not in a vector of sixteen. */
    private static final int RARE = 16;

    private final int units;
    private final SparseRows rows;
    private final float[] values; // of each image's deltas that are not zero, one after another
    private final int[] starts; // [B]

    FewDeltas(int batch, int units) {
        this.units = units;
        rows = new SparseRows(batch, units);
        values = new float[MiniBatch.floats(batch, units) / RARE + 1];
        starts = new int[batch];
    }

    /**
     * Looks at the deltas of some images.
     *
     * @param delta [B × units]
     * @return whether they are few enough
     */
    boolean find(float[] delta, int images) {
        rows.find(delta, images);
        if (rows.count(images) * RARE > (long) images * units) {
            return false;
        }
        int next = 0;
        for (int image = 0; image < images; image++) {
            starts[image] = next;
            for (int t = image * units; t < rows.end(image); t++) {
                values[next++] = delta[image * units + rows.places()[t]];
            }
        }
        return true;
    }

    /**
     * gradient = xᵀ · delta, for the deltas that were found.
     *
     * @param x [B × inputs]
     * @param gradient [inputs × units]
     */
    void gradient(float[] x, int inputs, int images, float[] gradient) {
        int[] places = rows.places();
        for (int input = 0; input < inputs; input++) {
            int row = input * units;
            Arrays.fill(gradient, row, row + units, 0);
            for (int image = 0; image < images; image++) {
                float factor = x[image * inputs + input];
                if (factor != 0) {
                    int value = starts[image];
                    for (int t = image * units; t < rows.end(image); t++) {
                        gradient[row + places[t]] += factor * values[value++];
                    }
                }
            }
        }
    }
}
