package io.sparsestream.learn;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Sums over images of a hidden layer's activations, and the measures that follow from them, as {@link LayerMeasures} defines
 * them. Images may {@link #fade}: then the measures are exponentially weighted. All of it is in arrays that can be kept in a
 * checkpoint.
 */
final class LayerSums {
    private static final int IMAGES = 0;
    private static final int POPULATION_SPARSENESS = 1; // sum
    private static final int POPULATIONS = 2; // images of which it is a number

    /** A label occurs if its images, faded, count as much as this. */
    private static final double OCCURS = 0.5;

    /**
     * Subtracting this makes much smaller numbers 0 and changes no others: a unit that has died fades for ever, and denormals
     * would cost some processors a hundred times more.
     */
    private static final double TINY = 1e-100;

    /** The least float32 above 0, times this, times this, is more than 1. */
    private static final float HUGE = 1e38f;

    private final int units;
    private final float activeAbove;
    private final double[] sums; // [units]
    private final double[] squares; // [units]
    private final double[] active; // [units]: images
    private final double[] sumsByClass; // [classes × units]
    private final double[] imagesByClass; // [classes]
    private final double[] counts = new double[3];

    // scratch, of a mini-batch
    private final float[] row; // of one image, as in RowSum
    private final float[] square;
    private final RowSum rowSum;
    private final float[][]
            batchSums; // [classes, and one more for images without a label][units]; null before the first
    private final int[] batchImages; // by class
    private final float[] batchSquares;
    private final float[] batchActive;

    /**
     * @param activeAbove what an active unit's activation exceeds
     * @param classes labels that are told apart
     */
    LayerSums(int units, float activeAbove, int classes) {
        this.units = units;
        this.activeAbove = activeAbove;
        sums = new double[units];
        squares = new double[units];
        active = new double[units];
        sumsByClass = new double[Math.multiplyExact(classes, units)];
        imagesByClass = new double[classes];
        row = new float[units];
        square = new float[units];
        rowSum = new RowSum(units);
        batchSums = new float[classes + 1][];
        batchImages = new int[classes + 1];
        batchSquares = new float[units];
        batchActive = new float[units];
    }

    /** Every array by name, live. */
    Map<String, double[]> arrays() {
        Map<String, double[]> arrays = new LinkedHashMap<>();
        arrays.put("sum", sums);
        arrays.put("square", squares);
        arrays.put("active", active);
        arrays.put("sum-by-class", sumsByClass);
        arrays.put("images-by-class", imagesByClass);
        arrays.put("counts", counts);
        return arrays;
    }

    /**
     * Takes in the images of a forward pass. Sums over a mini-batch are in float32, and vectorized; sums of these in float64.
     *
     * @param activations [at least images × units]
     * @param labels number of each image's class, or one above all of them where it has no label
     */
    void add(float[] activations, int images, int[] labels) {
        Arrays.fill(batchSquares, 0);
        Arrays.fill(batchActive, 0);
        Arrays.fill(batchImages, 0);
        for (int image = 0; image < images; image++) {
            System.arraycopy(activations, image * units, row, 0, units);
            addRow(ofClass(labels[image]));
            count(rowSum.fold(row, units), rowSum.fold(square, units)); // which overwrites both
        }
        for (int label = 0; label < batchImages.length; label++) {
            if (batchImages[label] > 0) {
                addClass(label, batchSums[label]);
            }
        }
        for (int j = 0; j < units; j++) {
            squares[j] += batchSquares[j];
            active[j] += batchActive[j];
        }
    }

    /** The sums of a class over this mini-batch. */
    private float[] ofClass(int label) {
        if (batchSums[label] == null) {
            batchSums[label] = new float[units];
        } else if (batchImages[label] == 0) {
            Arrays.fill(batchSums[label], 0);
        }
        batchImages[label]++;
        return batchSums[label];
    }

    private void addRow(float[] ofClass) {
        RowSum.add(1, row, ofClass, units);
        for (int j = 0; j < units; j++) {
            square[j] = row[j] * row[j];
            batchSquares[j] += square[j];
        }
        float above = activeAbove;
        for (int j = 0; j < units; j++) { // 1 or 0, without a branch: what is above 0 at all becomes more than 1
            batchActive[j] += Math.min(1, Math.max(0, row[j] - above) * HUGE * HUGE);
        }
    }

    private void addClass(int label, float[] ofBatch) {
        for (int j = 0; j < units; j++) {
            sums[j] += ofBatch[j];
        }
        if (label < imagesByClass.length) {
            int ofClass = label * units;
            for (int j = 0; j < units; j++) {
                sumsByClass[ofClass + j] += ofBatch[j];
            }
            imagesByClass[label] += batchImages[label];
        }
    }

    private void count(double sum, double sumOfSquares) {
        counts[IMAGES]++;
        if (sumOfSquares > 0) {
            counts[POPULATION_SPARSENESS] += 1 - sum * sum / units / sumOfSquares;
            counts[POPULATIONS]++;
        }
    }

    /** Makes all images so far count less. */
    void fade(double factor) {
        fade(sums, factor, units);
        fade(squares, factor, units);
        fade(active, factor, units);
        fade(sumsByClass, factor, sumsByClass.length);
        fade(imagesByClass, factor, imagesByClass.length);
        fade(counts, factor, counts.length);
    }

    /** Of numbers that are not below 0. */
    static void fade(double[] values, double factor, int length) {
        for (int i = 0; i < length; i++) {
            values[i] = Math.max(0, values[i] * factor - TINY);
        }
    }

    int units() {
        return units;
    }

    /** Images, each counting as much as it has faded. */
    double images() {
        return counts[IMAGES];
    }

    /** Mean activation over units and images. */
    double mean() {
        double sum = 0;
        for (double ofUnit : sums) {
            sum += ofUnit;
        }
        return sum / units / images();
    }

    /** Mean activation of a unit. */
    double mean(int unit) {
        return sums[unit] / images();
    }

    /**
     * Variance of an activation, over images, mean over units.
     *
     * @param means [units], overwritten by the units' mean activations
     */
    double variance(float[] means) {
        double share = 1 / images();
        double sum = 0;
        for (int j = 0; j < units; j++) {
            double mean = sums[j] * share;
            means[j] = (float) mean;
            sum += Math.max(0, squares[j] * share - mean * mean);
        }
        return sum / units;
    }

    /** Images for which each unit was active [units], live. */
    double[] active() {
        return active;
    }

    /** Active units of an image, on average. */
    double l0() {
        double sum = 0;
        for (double ofUnit : active) {
            sum += ofUnit;
        }
        return sum / images();
    }

    /** Share of the images for which each unit is active [units]. */
    double[] density() {
        double[] density = new double[units];
        for (int j = 0; j < units; j++) {
            density[j] = active[j] / images();
        }
        return density;
    }

    /** Mean over units; empty if no activation was above 0. */
    OptionalDouble lifetimeSparseness() {
        double sum = 0;
        int living = 0;
        for (int j = 0; j < units; j++) {
            if (squares[j] > 0) {
                sum += 1 - sums[j] * sums[j] / images() / squares[j];
                living++;
            }
        }
        return living == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / living);
    }

    /** Mean over images; empty if no activation was above 0. */
    OptionalDouble populationSparseness() {
        return counts[POPULATIONS] == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(counts[POPULATION_SPARSENESS] / counts[POPULATIONS]);
    }

    /** Mean over units; empty if fewer than two labels occur, or no activation was above 0. */
    OptionalDouble classSelectivity() {
        double sum = 0;
        int living = 0;
        for (int j = 0; j < units; j++) {
            double selectivity = classSelectivity(j);
            if (!Double.isNaN(selectivity)) {
                sum += selectivity;
                living++;
            }
        }
        return living == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / living);
    }

    /** Of a unit; NaN if fewer than two labels occur, or its activation was never above 0. */
    double classSelectivity(int unit) {
        OptionalInt bestClass = bestClass(unit);
        int occurring = 0;
        double total = 0;
        for (int label = 0; label < imagesByClass.length; label++) {
            if (occurs(label)) {
                occurring++;
                total += mean(unit, label);
            }
        }
        if (occurring < 2 || bestClass.isEmpty()) {
            return Double.NaN;
        }
        double best = mean(unit, bestClass.getAsInt());
        double others = (total - best) / (occurring - 1);
        return (best - others) / (best + others);
    }

    /** The class over whose images a unit's activation is greatest, on average; empty if it was never above 0 for a label. */
    OptionalInt bestClass(int unit) {
        double best = 0;
        OptionalInt bestClass = OptionalInt.empty();
        for (int label = 0; label < imagesByClass.length; label++) {
            if (occurs(label) && mean(unit, label) > best) {
                best = mean(unit, label);
                bestClass = OptionalInt.of(label);
            }
        }
        return bestClass;
    }

    private boolean occurs(int label) {
        return imagesByClass[label] >= OCCURS;
    }

    private double mean(int unit, int label) {
        return sumsByClass[label * units + unit] / imagesByClass[label];
    }

    /** Null where it is no number, as records show it. */
    static Double orNull(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : null;
    }
}
