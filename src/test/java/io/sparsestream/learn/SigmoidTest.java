package io.sparsestream.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SigmoidTest {
    @Test
    void agreesWithTheExactFunction() {
        float[] z = new float[4001];
        for (int i = 0; i < z.length; i++) {
            z[i] = (i - 2000) / 100f;
        }
        float[] values = z.clone();

        Sigmoid.apply(values);

        for (int i = 0; i < z.length; i++) {
            double exact = 1 / (1 + Math.exp(-z[i]));
            assertThat((double) values[i]).as("z = " + z[i]).isCloseTo(exact, within(5e-7));
            assertThat(values[i] / exact).as("relative, z = " + z[i]).isCloseTo(1, within(1e-3));
        }
    }

    @Test
    void saturatesWithoutOverflowAndKeepsNaN() {
        float[] values = {-1e30f, Float.NEGATIVE_INFINITY, 0, 1e30f, Float.POSITIVE_INFINITY, Float.NaN};

        Sigmoid.apply(values);

        assertThat(values[0]).isBetween(0f, 1e-12f);
        assertThat(values[1]).isBetween(0f, 1e-12f);
        assertThat(values[2]).isEqualTo(0.5f);
        assertThat(values[3]).isEqualTo(1);
        assertThat(values[4]).isEqualTo(1);
        assertThat(values[5]).isNaN();
    }
}
