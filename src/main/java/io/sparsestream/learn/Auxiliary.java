package io.sparsestream.learn;

import java.util.Arrays;

/**
 * An auxiliary loss that keeps a dictionary's units alive: those that were silent for a while are to reconstruct, together,
 * what the others leave over, e = x − x̂.
 *
 * <pre>
 * 1/8 · mean((ê − e)²),   ê = Σ z_j d_j over the greatest sums z of silent units
 * </pre>
 *
 * AuxK of L. Gao et al., "Scaling and evaluating sparse autoencoders", 2024, but without the ReLU: a unit that is negative
 * for every image has a gradient, too. Their 1/32 leaves six to thirty of a thousand units dead at the rates that learn best. It is no part of the loss that is told, since it is of no use to a model whose units
 * all live.
 */
final class Auxiliary {
    private static final float COEFFICIENT = 1f / 8;

    private final int pixels;
    private final int units;
    private final int most; // units that reconstruct one image
    private final int[] silent; // the first ones
    private final float[] candidates; // their sums for one image
    private final float[] chosen; // [B × units]: sums of the units that reconstruct each image, else 0
    private final float[] error; // [B × pixels]: ê, then d loss / d ê
    private final float[] decoderGradient;
    private final float[] before; // [B × units]
    private final float[] noBias;
    private final Greatest greatest;
    private final SparseRows rows;
    private final SparseProduct product;

    Auxiliary(int batch, int pixels, int units) {
        this.pixels = pixels;
        this.units = units;
        most = Math.max(1, pixels / 2);
        silent = new int[units];
        candidates = new float[units];
        chosen = new float[MiniBatch.floats(batch, units)];
        error = new float[MiniBatch.floats(batch, pixels)];
        decoderGradient = new float[MiniBatch.floats(units, pixels)];
        before = new float[chosen.length];
        noBias = new float[pixels];
        greatest = new Greatest(units);
        rows = new SparseRows(batch, units);
        product = new SparseProduct(batch, units, pixels);
    }

    /**
     * Adds its gradient.
     *
     * @param batch of n images x
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
            if (silence.isShort(j)) {
                silent[count++] = j;
            }
        }
        if (count == 0) {
            return;
        }
        int images = batch.size();
        choose(count, images, z);
        rows.find(chosen, images);
        product.forward(rows, images, decoder, noBias, error);
        float scale = COEFFICIENT * 2 / ((float) images * pixels);
        float[] x = batch.images();
        for (int i = 0; i < images * pixels; i++) {
            error[i] = scale * (error[i] - (x[i] - output[i]));
        }
        product.gradient(rows, images, error, decoderGradient);
        product.back(rows, images, decoder, before);
        add(decoderGradient, gradient);
        add(before, delta);
    }

    private void choose(int count, int images, float[] z) {
        Arrays.fill(chosen, 0);
        for (int image = 0; image < images; image++) {
            int row = image * units;
            for (int c = 0; c < count; c++) {
                candidates[c] = z[row + silent[c]];
            }
            float least = count > most ? greatest.least(candidates, count, most) : Float.NEGATIVE_INFINITY;
            for (int c = 0; c < count; c++) {
                chosen[row + silent[c]] = candidates[c] >= least ? candidates[c] : 0;
            }
        }
    }

    private static void add(float[] terms, float[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += terms[i];
        }
    }
}
