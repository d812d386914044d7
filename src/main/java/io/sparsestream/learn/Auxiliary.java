package io.sparsestream.learn;

/**
 * An auxiliary loss that keeps a dictionary's units alive: those that were silent for long are to reconstruct, together,
 * what the others leave over, e = x − x̂.
 *
 * <pre>
 * 1/32 · mean((ê − e)²),   ê = Σ z_j d_j over the greatest sums z of silent units
 * </pre>
 *
 * AuxK of L. Gao et al., "Scaling and evaluating sparse autoencoders", 2024, but without the ReLU: a unit that is negative
 * for every image has a gradient, too. It is no part of the loss that is told, since it is of no use to a model whose units
 * all live.
 */
final class Auxiliary {
    private static final float COEFFICIENT = 1f / 32;

    private final int pixels;
    private final int units;
    private final int most; // units that reconstruct one image
    private final int[] dead; // the first ones
    private final float[] sums; // of these, for one image
    private final float[] error;
    private final float[] row;
    private final Greatest greatest;
    private final RowSum rowSum;

    Auxiliary(int pixels, int units) {
        this.pixels = pixels;
        this.units = units;
        most = Math.max(1, units / 20);
        dead = new int[units];
        sums = new float[units];
        error = new float[pixels];
        row = new float[pixels];
        greatest = new Greatest(units);
        rowSum = new RowSum(pixels);
    }

    /**
     * Adds its gradient.
     *
     * @param batch of n images
     * @param output x̂ [n × pixels]
     * @param z the units' sums [n × units]
     * @param gradient of the decoder [units × pixels]
     * @param delta d loss / d z [n × units]
     */
    void add(
            Silence silence,
            MiniBatch batch,
            float[] output,
            float[] z,
            float[] decoder,
            float[] gradient,
            float[] delta) {
        int count = 0;
        for (int j = 0; j < units; j++) {
            if (silence.isLong(j)) {
                dead[count++] = j;
            }
        }
        if (count == 0) {
            return;
        }
        int images = batch.size();
        float[] x = batch.images();
        float scale = COEFFICIENT * 2 / ((float) images * pixels);
        for (int image = 0; image < images; image++) {
            for (int c = 0; c < count; c++) {
                sums[c] = z[image * units + dead[c]];
            }
            float least = count > most ? greatest.least(sums, count, most) : Float.NEGATIVE_INFINITY;
            for (int i = 0; i < pixels; i++) {
                error[i] = output[image * pixels + i] - x[image * pixels + i]; // −e
            }
            for (int c = 0; c < count; c++) {
                if (sums[c] >= least) {
                    System.arraycopy(decoder, dead[c] * pixels, row, 0, pixels);
                    RowSum.add(sums[c], row, error, pixels);
                }
            }
            for (int i = 0; i < pixels; i++) {
                error[i] *= scale;
            }
            for (int c = 0; c < count; c++) {
                if (sums[c] >= least) {
                    int unit = dead[c];
                    delta[image * units + unit] += rowSum.dot(error, decoder, unit, pixels);
                    System.arraycopy(gradient, unit * pixels, row, 0, pixels);
                    RowSum.add(sums[c], error, row, pixels);
                    System.arraycopy(row, 0, gradient, unit * pixels, pixels);
                }
            }
        }
    }
}
