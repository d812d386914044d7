package io.sparsestream.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which units tell most about the label: one after another the unit that explains most of it beyond those before it. The
 * first has the greatest correlation ratio η², the variance of its means by label over its variance; of each later one, that
 * of what a linear regression on the units before it leaves over.
 */
final class BestUnits {
    /** What is left of a unit that others already say, but for rounding: of its variance. */
    private static final double NOTHING = 1e-6;

    private final LabelledRows rows;
    private final int classes;
    private final double[] images; // of each class
    private final double[] means; // of each unit
    private final double[] variances; // of each unit
    private final double[] left; // of each unit: the variance that no chosen one explains
    private final double[][] byClass; // [unit][class]: covariance with being of that class, of what is left
    private final List<Integer> chosen = new ArrayList<>();
    private final List<double[]> directions =
            new ArrayList<>(); // for each chosen one, [unit]: covariance of what is left

    private BestUnits(LabelledRows rows) {
        this.rows = rows;
        classes = rows.classes();
        int units = rows.units();
        images = new double[classes];
        means = new double[units];
        variances = new double[units];
        byClass = new double[units][classes];
        double[] squares = new double[units];
        for (int i = 0; i < rows.size(); i++) {
            float[] row = rows.rows()[i];
            int label = rows.labels()[i];
            images[label]++;
            for (int j = 0; j < units; j++) {
                means[j] += row[j];
                squares[j] += (double) row[j] * row[j];
                byClass[j][label] += row[j];
            }
        }
        double size = rows.size();
        for (int j = 0; j < units; j++) {
            means[j] /= size;
            variances[j] = Math.max(0, squares[j] / size - means[j] * means[j]);
            for (int c = 0; c < classes; c++) {
                byClass[j][c] = (byClass[j][c] - images[c] * means[j]) / size;
            }
        }
        left = Arrays.copyOf(variances, units);
    }

    /** @return the best units, the best first: {@code count} of them, or fewer where no other one says more */
    static List<Integer> of(LabelledRows rows, int count) {
        BestUnits best = new BestUnits(rows);
        for (int i = 0; i < count; i++) {
            int unit = best.next();
            if (best.share(unit) == 0) {
                break;
            }
            best.choose(unit);
        }
        return List.copyOf(best.chosen);
    }

    /** Of equal ones the lowest. */
    private int next() {
        int best = 0;
        for (int j = 1; j < left.length; j++) {
            best = share(j) > share(best) ? j : best;
        }
        return best;
    }

    /** η² of what is left of a unit; 0 where nothing is. */
    private double share(int unit) {
        if (left[unit] <= NOTHING * variances[unit]) {
            return 0;
        }
        double between = 0;
        for (int c = 0; c < classes; c++) {
            between += images[c] == 0 ? 0 : byClass[unit][c] * byClass[unit][c] * rows.size() / images[c];
        }
        return between / left[unit];
    }

    /** Takes from all units what the chosen one says of them: a step of Gram and Schmidt's orthogonalization. */
    private void choose(int unit) {
        double[] covariance = covariance(unit);
        for (double[] before : directions) {
            double norm = before[unit]; // filled below so that it is cov / √variance left
            for (int j = 0; j < covariance.length; j++) {
                covariance[j] -= norm * before[j];
            }
        }
        double root = Math.sqrt(covariance[unit]);
        for (int j = 0; j < covariance.length; j++) {
            covariance[j] /= root;
        }
        double[] ofUnit = new double[classes];
        for (int c = 0; c < classes; c++) {
            ofUnit[c] = byClass[unit][c] / root;
        }
        for (int j = 0; j < covariance.length; j++) {
            left[j] -= covariance[j] * covariance[j];
            for (int c = 0; c < classes; c++) {
                byClass[j][c] -= covariance[j] * ofUnit[c];
            }
        }
        left[unit] = 0;
        directions.add(covariance);
        chosen.add(unit);
    }

    private double[] covariance(int unit) {
        double[] sums = new double[means.length];
        for (float[] row : rows.rows()) {
            double deviation = row[unit] - means[unit];
            for (int j = 0; j < sums.length; j++) {
                sums[j] += deviation * row[j];
            }
        }
        for (int j = 0; j < sums.length; j++) {
            sums[j] /= rows.size();
        }
        return sums;
    }
}
