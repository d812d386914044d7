package io.sparsestream.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparsestream.learn.nd4j.Nd4jProduct;
import io.sparsestream.learn.nd4j.OpenBlas;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against a naive loss in double precision, and its finite differences. */
class LogisticRegressionTest {
    private static final int INPUTS = 7;
    private static final int CLASSES = 4;
    private static final int CAPACITY = 9;
    private static final int COUNT = 6; // so that the batch is not full
    private static final double L2 = 0.1;

    private final Random random = new Random(1);
    private final float[] rows = gaussian(CAPACITY * INPUTS);
    private final int[] labels = random.ints(CAPACITY, 0, CLASSES).toArray();

    private float[] gaussian(int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    static Stream<MatrixProduct> products() {
        return Stream.of(new OpenBlas(), new PortableProduct());
    }

    /** With weights that are not 0. */
    private LogisticRegression started(MatrixProduct product) {
        LogisticRegression regression = new LogisticRegression(INPUTS, CLASSES, CAPACITY, L2, product);
        System.arraycopy(gaussian(INPUTS * CLASSES), 0, regression.values().get("w"), 0, INPUTS * CLASSES);
        System.arraycopy(gaussian(CLASSES), 0, regression.values().get("b"), 0, CLASSES);
        return regression;
    }

    static Stream<MatrixProduct> engines() {
        return Stream.of(new OpenBlas(), new PortableProduct(), new Nd4jProduct());
    }

    /** As a probe on the units that tell most, where none tells anything. */
    @ParameterizedTest
    @MethodSource("engines")
    void ofNothingItLearnsHowFrequentEachClassIs(MatrixProduct product) {
        LogisticRegression regression = new LogisticRegression(0, 2, 4, L2, product);
        for (int step = 0; step < 3000; step++) {
            regression.learn(new float[0], new int[] {1, 0, 1, 1}, 4, step, 0.01);
        }
        float[] probabilities = regression.probabilities(new float[0], 1);
        assertThat(probabilities[0]).isCloseTo(0.25f, within(1e-3f));
        assertThat(probabilities[1]).isCloseTo(0.75f, within(1e-3f));
        assertThat(regression.predicted(0)).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("products")
    void theGradientIsThatOfTheNaiveLoss(MatrixProduct product) {
        LogisticRegression regression = started(product);
        Map<String, double[]> parameters = new TreeMap<>();
        regression.values().forEach((name, values) -> parameters.put(name, doubles(values)));

        regression.learn(rows, labels, COUNT, 0, 0);

        double h = 1e-5;
        for (String name : new String[] {"w", "b"}) {
            double[] values = parameters.get(name);
            for (int i = 0; i < values.length; i++) {
                double value = values[i];
                values[i] = value + h;
                double above = loss(parameters);
                values[i] = value - h;
                double below = loss(parameters);
                values[i] = value;
                assertThat((double) regression.gradients().get(name)[i])
                        .as(name + " " + i)
                        .isCloseTo((above - below) / (2 * h), within(1e-5));
            }
        }
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    /** mean(−ln softmax(x W + b)[label]), term by term. */
    private double loss(Map<String, double[]> parameters) {
        double loss = 0;
        for (int row = 0; row < COUNT; row++) {
            double[] p = naive(parameters, row);
            loss -= Math.log(p[labels[row]]) / COUNT;
        }
        return loss;
    }

    private double[] naive(Map<String, double[]> parameters, int row) {
        double[] p = new double[CLASSES];
        double sum = 0;
        for (int c = 0; c < CLASSES; c++) {
            double score = parameters.get("b")[c];
            for (int j = 0; j < INPUTS; j++) {
                score += rows[row * INPUTS + j] * parameters.get("w")[j * CLASSES + c];
            }
            p[c] = Math.exp(score);
            sum += p[c];
        }
        for (int c = 0; c < CLASSES; c++) {
            p[c] /= sum;
        }
        return p;
    }

    @ParameterizedTest
    @MethodSource("products")
    void probabilitiesAreTheNaiveOnes(MatrixProduct product) {
        LogisticRegression regression = started(product);
        Map<String, double[]> parameters = new TreeMap<>();
        regression.values().forEach((name, values) -> parameters.put(name, doubles(values)));

        float[] p = regression.probabilities(rows, COUNT);

        for (int row = 0; row < COUNT; row++) {
            double[] expected = naive(parameters, row);
            int best = 0;
            for (int c = 0; c < CLASSES; c++) {
                assertThat((double) p[row * CLASSES + c]).isCloseTo(expected[c], within(1e-6));
                best = expected[c] > expected[best] ? c : best;
            }
            assertThat(regression.predicted(row)).isEqualTo(best);
        }
    }

    /** At the minimum the gradient of −ln p is −λ w. */
    @Test
    void learningEndsWhereTheL2TermBalancesTheLoss() {
        LogisticRegression regression = started(new PortableProduct());
        int steps = 4000;
        for (int step = 0; step < steps; step++) {
            regression.learn(rows, labels, COUNT, step, 0.05 * (1 - (double) step / steps));
        }

        regression.learn(rows, labels, COUNT, steps, 0);

        float[] weights = regression.values().get("w");
        float[] gradient = regression.gradients().get("w");
        for (int i = 0; i < weights.length; i++) {
            assertThat((double) gradient[i]).as("w " + i).isCloseTo(-L2 * weights[i], within(2e-3));
        }
        assertThat(regression.gradients().get("b")).containsExactly(new float[CLASSES], within(2e-3f));
    }

    /** Scores beyond what e^x holds. */
    @Test
    void greatScoresDoNotOverflow() {
        LogisticRegression regression = started(new PortableProduct());
        regression.values().get("b")[2] = 1000;

        regression.learn(rows, labels, COUNT, 0, 0.01);

        assertThat(regression.gradients().get("w")).doesNotContain(Float.NaN);
        assertThat(regression.probabilities(rows, COUNT)).doesNotContain(Float.NaN);
        assertThat(regression.predicted(0)).isEqualTo(2);
    }
}
