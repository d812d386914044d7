package io.sparsestream.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DriftDetectorTest {
    /** With x rising by 1 the mean follows by 1/200 of what is left: 1 − 0.005 − 0.02 = 0.975, then 0.97 …, sum > 2. */
    @Test
    void aStepUpIsFoundWhenItsExcessIsAboveLambda() {
        DriftDetector detector = new DriftDetector();
        for (int i = 0; i < 300; i++) {
            assertThat(detector.isDrift(0.02)).isFalse();
        }
        double higher = 0.02 * Math.E;
        double first = 1 - 1.0 / 200 - 0.02;
        double second = (1 - 1.0 / 200) * (1 - 1.0 / 200) - 0.02;
        assertThat(first + second).as("by hand").isLessThan(2);
        assertThat(detector.isDrift(higher)).isFalse();
        assertThat(detector.isDrift(higher)).isFalse();
        assertThat(detector.isDrift(higher)).isTrue();
        assertThat(detector.isDrift(higher)).as("it begins anew").isFalse();
    }

    /** As digits are: ln mse of one image deviates by 0.41 from its mean, of 60 by 0.05. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 20, 60})
    void aStreamThatStaysTheSameHasNoDriftAndADoubledErrorIsFoundWhateverTheBatch(int batch) {
        DriftDetector detector = new DriftDetector();
        Random random = new Random(batch);
        for (int step = 0; step < 400_000; step++) {
            assertThat(detector.isDrift(error(random, batch)))
                    .as("step %d", step)
                    .isFalse();
        }
        int steps = 1;
        while (!detector.isDrift(2 * error(random, batch))) {
            steps++;
            assertThat(steps).isLessThan(100);
        }
    }

    private static double error(Random random, int batch) {
        double sum = 0;
        for (int i = 0; i < batch; i++) {
            sum += 0.02 * Math.exp(0.41 * random.nextGaussian());
        }
        return sum / batch;
    }

    /** Blank images, or one without any sense: neither a drift, nor the beginning of one when they are over. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 1e-5, 1})
    void aSingleOddMiniBatchIsNoDrift(double odd) {
        DriftDetector detector = new DriftDetector();
        for (int i = 0; i < 2000; i++) {
            assertThat(detector.isDrift(i % 700 == 400 ? odd : 0.02)).isFalse();
        }
    }

    @Test
    void aFallingErrorIsNoDrift() {
        DriftDetector detector = new DriftDetector();
        for (int i = 0; i < 5000; i++) {
            assertThat(detector.isDrift(0.02 + 0.2 * Math.exp(-i / 300.0))).isFalse();
        }
    }

    @Test
    void noiseOfAMiniBatchIsNoDriftButARiseByATenthIs() {
        DriftDetector detector = new DriftDetector();
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            assertThat(detector.isDrift(0.02 * Math.exp(0.07 * random.nextGaussian())))
                    .isFalse();
        }
        int steps = 0;
        while (!detector.isDrift(0.022 * Math.exp(0.07 * random.nextGaussian()))) {
            steps++;
            assertThat(steps).isLessThan(100);
        }
    }
}
