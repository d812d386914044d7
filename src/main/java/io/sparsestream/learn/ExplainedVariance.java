package io.sparsestream.learn;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * 1 − Σ‖x − x̂‖² / Σ‖x − x̄‖² over images x with the reconstructions x̂ and the mean image x̄. Images may {@link #fade}, as in
 * {@link LayerSums}.
 */
public final class ExplainedVariance {
    private static final int IMAGES = 0;
    private static final int SQUARES = 1; // Σ‖x‖²
    private static final int ERRORS = 2; // Σ‖x − x̂‖²

    private static final double ROUNDING = 1e-6;

    private final int pixels;
    private final double[] sums; // [pixels]
    private final double[] totals = new double[3];
    private final float[] row; // scratch, as in RowSum
    private final float[] batchSums;
    private final float[] batchSquares;

    /** @param pixels of an image */
    public ExplainedVariance(int pixels) {
        this.pixels = pixels;
        sums = new double[pixels];
        row = new float[pixels];
        batchSums = new float[pixels];
        batchSquares = new float[pixels];
    }

    /** Every array by name, live. */
    Map<String, double[]> arrays() {
        Map<String, double[]> arrays = new LinkedHashMap<>();
        arrays.put("pixels", sums);
        arrays.put("variance", totals);
        return arrays;
    }

    /**
     * Takes in the images of a mini-batch.
     *
     * @param mse mean squared error of each
     */
    public void add(MiniBatch batch, double[] mse) {
        Arrays.fill(batchSums, 0);
        Arrays.fill(batchSquares, 0);
        for (int image = 0; image < batch.size(); image++) {
            System.arraycopy(batch.images(), image * pixels, row, 0, pixels);
            for (int i = 0; i < pixels; i++) {
                batchSums[i] += row[i];
                batchSquares[i] += row[i] * row[i];
            }
            totals[ERRORS] += mse[image] * pixels;
        }
        for (int i = 0; i < pixels; i++) {
            sums[i] += batchSums[i];
            totals[SQUARES] += batchSquares[i];
        }
        totals[IMAGES] += batch.size();
    }

    /** Makes all images so far count less. */
    void fade(double factor) {
        LayerSums.fade(sums, factor, pixels);
        LayerSums.fade(totals, factor, totals.length);
    }

    /** Empty where all images were equal. */
    public OptionalDouble value() {
        double squaresOfMean = 0;
        for (double sum : sums) {
            squaresOfMean += sum * sum;
        }
        double variance = totals[SQUARES] - squaresOfMean / totals[IMAGES];
        // What float32 leaves of equal images is no variance.
        return variance > ROUNDING * totals[SQUARES]
                ? OptionalDouble.of(1 - totals[ERRORS] / variance)
                : OptionalDouble.empty();
    }
}
