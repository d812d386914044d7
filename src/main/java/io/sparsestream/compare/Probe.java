package io.sparsestream.compare;

import io.sparsestream.learn.LogisticRegression;
import io.sparsestream.learn.MatrixProduct;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What multinomial logistic regression reads from a layer, learned on the training split and measured on another. The L2
 * weight is the one with the least error on every tenth image of the training split, learned without these; the regression is
 * then learned again on the whole split.
 *
 * @param error share of the images of the other split of which another class is the likeliest
 * @param trainingError the same on the training split
 * @param l2 the chosen weight λ
 */
record Probe(double error, double trainingError, double l2) {
    private static final List<Double> L2 = List.of(1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 1e-5);
    private static final int TENTH = 10;
    private static final int BATCH = 200;
    private static final int EPOCHS = 30;
    private static final double LEARNING_RATE = 0.05;
    private static final int SEED = 1;

    /**
     * @param training at least ten images
     * @param products a new one for each regression
     */
    static Probe of(LabelledRows training, LabelledRows test, Supplier<MatrixProduct> products) {
        Scaling scaling = Scaling.of(training);
        LabelledRows part = training.where(place -> place % TENTH != TENTH - 1);
        LabelledRows tenth = training.where(place -> place % TENTH == TENTH - 1);
        Map<Double, Double> errors = L2.parallelStream()
                .collect(Collectors.toMap(l2 -> l2, l2 -> new Fit(part, scaling, l2, products.get()).error(tenth)));
        double l2 = L2.stream().min(Comparator.comparing(errors::get)).orElseThrow(); // of equal ones the greatest
        Fit fit = new Fit(training, scaling, l2, products.get());
        return new Probe(fit.error(test), fit.error(training), l2);
    }

    /** A regression that has learned: by Adam over mini-batches in random orders, at a rate that falls to 0. */
    private static final class Fit {
        private final Scaling scaling;
        private final LogisticRegression regression;
        private final float[] batch;
        private final int[] labels = new int[BATCH];

        Fit(LabelledRows training, Scaling scaling, double l2, MatrixProduct product) {
            this.scaling = scaling;
            regression = new LogisticRegression(training.units(), training.classes(), BATCH, l2, product);
            batch = new float[BATCH * training.units()];
            learn(training);
        }

        private void learn(LabelledRows training) {
            Random random = new Random(SEED);
            int[] order = inOrder(training);
            int perEpoch = (order.length + BATCH - 1) / BATCH;
            double steps = (double) EPOCHS * perEpoch;
            long step = 0;
            for (int epoch = 0; epoch < EPOCHS; epoch++) {
                shuffle(order, random);
                for (int from = 0; from < order.length; from += BATCH) {
                    int count = fill(training, order, from);
                    regression.learn(batch, labels, count, step, LEARNING_RATE * (1 - step / steps));
                    step++;
                }
            }
        }

        private static int[] inOrder(LabelledRows input) {
            return IntStream.range(0, input.size()).toArray();
        }

        private static void shuffle(int[] order, Random random) {
            for (int i = order.length - 1; i > 0; i--) {
                int j = random.nextInt(i + 1);
                int swapped = order[i];
                order[i] = order[j];
                order[j] = swapped;
            }
        }

        /** Copies images to the mini-batch; returns how many there are. */
        private int fill(LabelledRows input, int[] order, int from) {
            int count = Math.min(BATCH, order.length - from);
            for (int i = 0; i < count; i++) {
                int image = order[from + i];
                scaling.apply(input.rows()[image], batch, i * input.units());
                labels[i] = input.labels()[image];
            }
            return count;
        }

        double error(LabelledRows input) {
            int wrong = 0;
            int[] order = inOrder(input);
            for (int from = 0; from < order.length; from += BATCH) {
                int count = fill(input, order, from);
                regression.probabilities(batch, count);
                for (int i = 0; i < count; i++) {
                    wrong += regression.predicted(i) == labels[i] ? 0 : 1;
                }
            }
            return (double) wrong / input.size();
        }
    }
}
