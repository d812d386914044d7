package io.sparsestream.compare;

import java.util.ArrayList;
import java.util.List;

/**
 * Which units tell most about the label: one after another the unit that explains most of it beyond those before it. The
 * first has the greatest correlation ratio η², the variance of its means by label over its variance; of each later one, that
 * of what a linear regression on the units before it leaves over.
 */
final class BestUnits {
    /** Less of a unit's variance, which is 1, is rounding: others say it already. */
    private static final double ROUNDING = 1e-6;

    private final LabelledRows rows;
    private final Scaling scaling;
    private final float[] scaled; // a row
    private final int classes;
    private final double[] images; // of each class
    private final double[] left; // of each unit: the variance that no chosen one explains
    private final double[][] byClass; // [unit][class]: covariance with being of that class, of what is left
    private final List<Integer> chosen = new ArrayList<>();
    private final List<double[]> directions =
            new ArrayList<>(); // of each chosen one [unit]: covariance with what is left of it

    private BestUnits(LabelledRows rows) {
        this.rows = rows;
        scaling = Scaling.of(rows);
        classes = rows.classes();
        int units = rows.units();
        scaled = new float[units];
        images = new double[classes];
        left = new double[units];
        byClass = new double[units][classes];
        for (int i = 0; i < rows.size(); i++) {
            scaling.apply(rows.rows()[i], scaled, 0);
            int label = rows.labels()[i];
            images[label]++;
            for (int j = 0; j < units; j++) {
                left[j] += (double) scaled[j] * scaled[j] / rows.size();
                byClass[j][label] += (double) scaled[j] / rows.size();
            }
        }
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
        if (left[unit] <= ROUNDING) {
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
            double common = before[unit];
            for (int j = 0; j < covariance.length; j++) {
                covariance[j] -= common * before[j];
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
        double[] sums = new double[left.length];
        for (float[] row : rows.rows()) {
            scaling.apply(row, scaled, 0);
            double deviation = scaled[unit];
            for (int j = 0; j < sums.length; j++) {
                sums[j] += deviation * scaled[j];
            }
        }
        for (int j = 0; j < sums.length; j++) {
            sums[j] /= rows.size();
        }
        return sums;
    }
}
