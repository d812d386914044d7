package io.sparsestream.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ErrorDistributionTest {
    private final ErrorDistribution errors = new ErrorDistribution(8);
    private final Random random = new Random(3);

    private double error() {
        return Math.exp(random.nextGaussian());
    }

    private void add(double error) {
        errors.judge(new double[] {error}, 1);
        errors.add(1);
    }

    private void learn(int images) {
        for (int i = 0; i < images; i++) {
            add(error());
        }
    }

    @Test
    void nothingIsKnownOfTheFirst() {
        learn((int) RunningDeviation.LEAST - 1);
        Anomalies unknown = errors.judge(new double[] {1}, 1);
        assertThat(unknown.deviation()[0]).isNaN();
        assertThat(unknown.rank()[0]).isNaN();
        assertThat(errors.weights(1)[0]).isEqualTo(1);
    }

    @Test
    void deviationAndRankAreThoseOfTheDistribution() {
        learn(50_000);
        // Of a logarithm that is normally distributed.
        double[][] known = {{0, 0.5}, {1, 0.8413}, {2, 0.9772}, {-1, 0.1587}, {3.09, 0.999}};
        for (double[] each : known) {
            Anomalies found = errors.judge(new double[] {Math.exp(each[0])}, 1);
            assertThat(found.deviation()[0]).isCloseTo(each[0], within(0.15 + 0.1 * Math.abs(each[0])));
            assertThat(found.rank()[0]).isCloseTo(each[1], within(0.02));
        }
    }

    @Test
    void ranksAreBetweenNoneAndAll() {
        learn(1000);
        Anomalies found = errors.judge(new double[] {0, 1e-300, 1e300, Double.MAX_VALUE}, 4);
        assertThat(found.rank()[0]).isEqualTo(0);
        assertThat(found.rank()[1]).isEqualTo(0);
        assertThat(found.rank()[2]).isEqualTo(1);
        assertThat(found.rank()[3]).isEqualTo(1);
    }

    @Test
    void whatLooksAbnormalCountsLess() {
        learn(1000);
        errors.judge(new double[] {Math.exp(-2), 1, Math.exp(1), Math.exp(3)}, 4);
        float[] weights = errors.weights(4);
        assertThat(weights[0]).isGreaterThan(0.999f);
        assertThat(weights[1]).isCloseTo(1, within(0.05f));
        assertThat(weights[2]).isCloseTo(0.5f, within(0.3f));
        assertThat(weights[3]).isLessThan(0.01f);
    }

    @Test
    void itFollowsErrorsThatFallAndNeverOverflows() {
        learn(10_000);
        double[] batch = new double[8];
        for (int i = 0; i < 3_000_000; i += batch.length) { // weights grow by e³⁰⁰ meanwhile
            Arrays.setAll(batch, each -> 1e-3 * error());
            errors.judge(batch, batch.length);
            errors.add(batch.length);
        }
        Anomalies found = errors.judge(new double[] {1e-3, 1}, 2);
        assertThat(found.rank()[0]).isCloseTo(0.5, within(0.02));
        assertThat(found.rank()[1]).isGreaterThan(0.9999);
        assertThat(found.deviation()[0]).isCloseTo(0, within(0.2));
        errors.arrays()
                .values()
                .forEach(array -> assertThat(array).doesNotContain(Double.NaN, Double.POSITIVE_INFINITY));
    }

    /** A robust step is one on the others, where the odd one counts nothing. */
    @Test
    void robustLearningIgnoresWhatIsFarOff() {
        Architecture small = Architecture.of(2, 1, 2);
        Hyperparameters chosen =
                Hyperparameters.preset("vectors").with(Map.of("batch", "2", "scale", "none", "robust", "true"));
        Learner robust = new Autoencoder(small, chosen, new PortableProduct());
        Learner plain = new Autoencoder(small, chosen.with(Map.of("robust", "false")), new PortableProduct());
        for (int step = 0; step < 200; step++) {
            MiniBatch batch = robust.newBatch();
            batch.add(new float[] {(float) random.nextGaussian(), (float) random.nextGaussian()}, 0, "");
            batch.add(new float[] {(float) random.nextGaussian(), (float) random.nextGaussian()}, 0, "");
            robust.train(batch);
        }
        plain.state().copyFrom(robust.state());
        MiniBatch odd = robust.newBatch();
        odd.add(new float[] {900, -900}, 0, "");
        odd.add(new float[] {900, -900}, 0, "");
        float[] before =
                robust.state().firstMoment(robust.state().tensors().get(0)).clone();
        robust.train(odd);
        plain.train(odd);
        float[] after = robust.state().firstMoment(robust.state().tensors().get(0));
        for (int i = 0; i < before.length; i++) {
            assertThat(after[i]).isCloseTo(0.9f * before[i], within(1e-6f));
        }
        assertThat(plain.state().firstMoment(plain.state().tensors().get(0))).isNotEqualTo(after);
    }
}
