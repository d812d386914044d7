package io.sparsestream.learn;

/**
 * What a dictionary's step has besides: an image x is near b_d + Σ a_j d_j with few a_j > 0, d_j the decoder's rows, of norm
 * 1, so that a_j says how much; and the encoder sees x − b_d. T. Bricken et al., "Towards monosemanticity", 2023.
 */
final class Dictionary {
    private final int pixels;
    private final int units;
    private final float[] bias; // [units]
    private final float[] unitsRow;
    private final float[] pixelsRow;
    private final RowSum rowSum;
    private final SquareSum squares = new SquareSum();

    Dictionary(int pixels, int units) {
        this.pixels = pixels;
        this.units = units;
        bias = new float[units];
        unitsRow = new float[units];
        pixelsRow = new float[pixels];
        rowSum = new RowSum(Math.max(pixels, units));
    }

    /**
     * Whether nothing has been learned yet, nor taken over: then the bias is to be {@link #mean}. Steps do not tell, since those
     * that only observe count as well.
     *
     * @param secondMoment of the bias, not 0 after an update
     */
    static boolean isNew(float[] decoderBias, float[] secondMoment) {
        for (int i = 0; i < decoderBias.length; i++) {
            if (decoderBias[i] != 0 || secondMoment[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** The mean of a full batch's images. */
    void mean(MiniBatch batch, float[] decoderBias) {
        rowSum.sum(batch.images(), batch.size(), decoderBias);
        for (int i = 0; i < pixels; i++) {
            decoderBias[i] /= batch.size();
        }
    }

    /** b_e − b_d · W_e, so that the encoder sees x − b_d where it is given x. The same array every time. */
    float[] centredBias(float[] encoder, float[] encoderBias, float[] decoderBias) {
        System.arraycopy(encoderBias, 0, bias, 0, units);
        for (int pixel = 0; pixel < pixels; pixel++) {
            if (decoderBias[pixel] != 0) { // of the pixels at the edges, which no image has
                System.arraycopy(encoder, pixel * units, unitsRow, 0, units);
                RowSum.add(-decoderBias[pixel], unitsRow, bias, units);
            }
        }
        return bias;
    }

    /**
     * Adds what is lacking in gradients that were found as if the encoder saw x.
     *
     * @param sums of the encoder's deltas over the images [units]
     */
    void centre(
            float[] sums, float[] encoder, float[] decoderBias, float[] encoderGradient, float[] decoderBiasGradient) {
        for (int pixel = 0; pixel < pixels; pixel++) {
            if (decoderBias[pixel] != 0) {
                System.arraycopy(encoderGradient, pixel * units, unitsRow, 0, units);
                RowSum.add(-decoderBias[pixel], sums, unitsRow, units);
                System.arraycopy(unitsRow, 0, encoderGradient, pixel * units, units);
            }
            decoderBiasGradient[pixel] -= rowSum.dot(sums, encoder, pixel, units);
        }
    }

    /** Leaves of each row's gradient what is at right angles to the row, which is of norm 1. */
    void removeParallel(float[] decoder, float[] gradient) {
        for (int unit = 0; unit < units; unit++) {
            System.arraycopy(gradient, unit * pixels, pixelsRow, 0, pixels);
            float along = rowSum.dot(pixelsRow, decoder, unit, pixels);
            if (along != 0) { // else nothing was learned of the unit, as of most
                System.arraycopy(decoder, unit * pixels, pixelsRow, 0, pixels);
                for (int i = 0; i < pixels; i++) {
                    pixelsRow[i] *= -along;
                }
                int row = unit * pixels;
                for (int i = 0; i < pixels; i++) {
                    gradient[row + i] += pixelsRow[i];
                }
            }
        }
    }

    /**
     * Makes each row one of norm 1 again.
     *
     * @return Σ w² of the decoder
     */
    double normalize(float[] decoder) {
        for (int unit = 0; unit < units; unit++) {
            System.arraycopy(decoder, unit * pixels, pixelsRow, 0, pixels);
            float norm = (float) Math.sqrt(rowSum.dot(pixelsRow, decoder, unit, pixels));
            if (norm > 0) {
                for (int i = 0; i < pixels; i++) {
                    pixelsRow[i] /= norm;
                }
                System.arraycopy(pixelsRow, 0, decoder, unit * pixels, pixels);
            }
        }
        return squares.of(decoder);
    }

    /** Makes random weights those of a dictionary's start: rows of norm 1, and the encoder the decoder's transpose. */
    static void begin(int units, float[] encoder, float[] decoder) {
        int pixels = decoder.length / units;
        new Dictionary(pixels, units).normalize(decoder);
        for (int unit = 0; unit < units; unit++) {
            for (int pixel = 0; pixel < pixels; pixel++) {
                encoder[pixel * units + unit] = decoder[unit * pixels + pixel];
            }
        }
    }
}
