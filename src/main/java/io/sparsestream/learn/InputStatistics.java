package io.sparsestream.learn;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the inputs of a stream were like so far, and the scale that follows from it: input j of an image is learned from as
 * (x − x_offset[j]) · x_factor[j], cut off where {@link #CLIP} says. Mean and variance are plain ones over the first
 * {@link #WINDOW} images and exponentially weighted from then on; what lies beyond {@link #FAR} standard deviations is taken in
 * as if it lay there (winsorizing), so that some odd images do not make all others look usual. Images before the first one that has
 * a value of an input do not count for it. Of an input that was the same in
 * the first {@link #LEAST} images and ever since, any other value is as far off as can be. An image changes the scale of
 * those behind its mini-batch only. Not thread-safe.
 */
final class InputStatistics {
    /** Images over which mean and variance look back. */
    static final int WINDOW = 1_000;

    /** Standard deviations from the mean beyond which a value is taken in as if it lay there. */
    static final double FAR = 3;

    /** Images before which nothing is known to be far. */
    static final int LEAST = 100;

    /**
     * Images that stand for what is not known yet: of few images a standard deviation is often far too small, so that the scale is
     * n / (n + 16) of what it would be.
     */
    static final double DOUBT = 16;

    /** Where scaled values are cut off, in standard deviations: one input that is out of its range must not be all that counts. */
    static final float CLIP = 5;

    private final InputScale.Shape shape;
    private final Map<String, float[]> parameters;
    private final double[] count; // [1]: images
    private final double[] missing; // [inputs]: the first images, of which none had a value of the input
    private final double[] mean;
    private final double[] variance;
    private final double[] least;
    private final double[] greatest;

    /**
     * Of a model that has seen nothing.
     *
     * @param parameters by name, live: {@link InputScale#OFFSET} and {@link InputScale#FACTOR} are read, and written by {@link #add}
     */
    InputStatistics(InputScale.Shape shape, Map<String, float[]> parameters) {
        this.shape = shape;
        this.parameters = parameters;
        int inputs = offset().length;
        count = new double[1];
        missing = new double[inputs];
        mean = new double[inputs];
        variance = new double[inputs];
        least = new double[inputs];
        greatest = new double[inputs];
    }

    int inputs() {
        return mean.length;
    }

    private float[] offset() {
        return parameters.get(InputScale.OFFSET);
    }

    /** Live. */
    float[] factor() {
        return parameters.get(InputScale.FACTOR);
    }

    /** Every array by name, live: a part of the state of learning. */
    Map<String, double[]> arrays() {
        Map<String, double[]> arrays = new LinkedHashMap<>();
        arrays.put("inputs.count", count);
        arrays.put(InputScale.MISSING, missing);
        arrays.put("inputs.mean", mean);
        arrays.put("inputs.variance", variance);
        if (shape == InputScale.Shape.MINMAX) {
            arrays.put("inputs.least", least);
            arrays.put("inputs.greatest", greatest);
        }
        return arrays;
    }

    /** Images that were counted. */
    double count() {
        return count[0];
    }

    /**
     * Scales an image.
     *
     * @param images [… × inputs], of which the row that begins at {@code from} is scaled; NaN is missing, and becomes the mean
     * @param to [inputs]
     */
    void scale(float[] images, int from, float[] to) {
        boolean isMinMax = shape == InputScale.Shape.MINMAX;
        float low = shape.least();
        float high = shape.greatest();
        float[] offset = offset();
        float[] factor = factor();
        for (int j = 0; j < to.length; j++) {
            float value = images[from + j];
            to[j] = Float.isNaN(value)
                    ? isMinMax ? middle(j) : 0
                    : Math.max(low, Math.min(high, (value - offset[j]) * factor[j]));
        }
    }

    /** The scaled mean; of a published model, which does not have it, the middle. */
    private float middle(int input) {
        return count[0] == 0 ? shape.middle() : ((float) mean[input] - offset()[input]) * factor()[input];
    }

    /** Turns scaled values [images × inputs] into the units of the inputs. */
    void unscale(float[] scaled, int images, float[] to) {
        float[] offset = offset();
        float[] factor = factor();
        for (int i = 0; i < images; i++) {
            for (int j = 0; j < offset.length; j++) {
                int place = i * offset.length + j;
                to[place] = factor[j] == 0 ? offset[j] : scaled[place] / factor[j] + offset[j];
            }
        }
    }

    /** Takes in the first images [images × inputs] of an array as they came, and changes the scale. */
    void add(float[] values, int images) {
        for (int i = 0; i < images; i++) {
            count[0]++;
            for (int j = 0; j < mean.length; j++) {
                float value = values[i * mean.length + j];
                if (!Float.isNaN(value)) {
                    add(j, value);
                } else if (known(j) == 1 && factor()[j] == 0) { // no value yet, and no file's scale
                    missing[j]++;
                }
            }
        }
        rescale();
    }

    /** Images that count for an input: all from the first one that had a value of it. */
    private double known(int input) {
        return count[0] - missing[input];
    }

    private void add(int input, float value) {
        double known = known(input);
        double weight = 1 / Math.min(known, WINDOW);
        double difference = value - mean[input];
        if (known > LEAST && variance[input] > 0) {
            double limit = FAR * Math.sqrt(variance[input]);
            difference = Math.max(-limit, Math.min(limit, difference));
        }
        mean[input] += weight * difference;
        variance[input] = (1 - weight) * (variance[input] + weight * difference * difference);
        boolean isFirst = known == 1;
        least[input] = isFirst ? value : Math.min(least[input], value);
        greatest[input] = isFirst ? value : Math.max(greatest[input], value);
    }

    private void rescale() {
        boolean isMinMax = shape == InputScale.Shape.MINMAX;
        float[] offset = offset();
        float[] factor = factor();
        for (int j = 0; j < offset.length; j++) {
            double known = known(j);
            double trust = isMinMax ? 1 : known / (known + DOUBT);
            double width = isMinMax ? greatest[j] - least[j] : Math.sqrt(variance[j]);
            offset[j] = (float) (isMinMax ? least[j] : mean[j]);
            if (width > 0) {
                factor[j] = (float) Math.min(Float.MAX_VALUE, trust / width);
            } else {
                factor[j] = known < LEAST ? 0 : Float.MAX_VALUE;
            }
        }
    }

    /** The scale of a model that has seen nothing: all inputs are 0. */
    static void begin(float[] offset, float[] factor) {
        Arrays.fill(offset, 0);
        Arrays.fill(factor, 0);
    }
}
