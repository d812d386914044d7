package io.sparsestream.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AdamTest {
    private final Adam adam = new Adam(Hyperparameters.PLAIN);

    /**
     * By hand, from w = 1, learning rate 0.1.
     *
     * <pre>
     * g = 0.5:  m = 0.05   v = 0.00025     m̂ = 0.5          v̂ = 0.25        w = 1 − 0.1·0.5/0.5          = 0.9
     * g = −1:   m = −0.055 v = 0.00124975  m̂ = −0.055/0.19  v̂ = 0.00124975/0.001999 = 0.625187594
     *                                         = −0.289473684  √v̂ = 0.790688052
     *           w = 0.9 + 0.1·0.289473684/0.790688052 = 0.9 + 0.036610353 = 0.936610353
     * </pre>
     */
    @Test
    void twoStepsByHand() {
        float[] w = {1};
        float[] m = {0};
        float[] v = {0};

        adam.update(0, 0.1f, 0, new float[] {0.5f}, w, m, v);
        assertThat(m[0]).isCloseTo(0.05f, within(1e-7f));
        assertThat(v[0]).isCloseTo(0.00025f, within(1e-9f));
        assertThat(w[0]).isCloseTo(0.9f, within(1e-6f));

        adam.update(1, 0.1f, 0, new float[] {-1}, w, m, v);
        assertThat(m[0]).isCloseTo(-0.055f, within(1e-7f));
        assertThat(v[0]).isCloseTo(0.00124975f, within(1e-8f));
        assertThat(w[0]).isCloseTo(0.936610353f, within(1e-6f));
    }

    /** The second step above at half the rate, as by a schedule: w = 0.9 + 0.05·0.289473684/0.790688052. */
    @Test
    void aStepTakesItsOwnRate() {
        float[] w = {0.9f};
        float[] m = {0.05f};
        float[] v = {0.00025f};
        adam.update(1, 0.05f, 0, new float[] {-1}, w, m, v);
        assertThat(w[0]).isCloseTo(0.918305176f, within(1e-6f));
    }

    /** With α the gradient is g + αw: 0.3 + 0.1·2 = 0.5, so m = 0.05 as in the first step above. */
    @Test
    void weightDecayJoinsTheGradient() {
        float[] w = {2};
        float[] m = {0};
        float[] v = {0};
        adam.update(0, 0.1f, 0.1f, new float[] {0.3f}, w, m, v);
        assertThat(m[0]).isCloseTo(0.05f, within(1e-7f));
        assertThat(w[0]).isCloseTo(1.9f, within(1e-6f));
    }

    /** As for a pixel that is never set: weight decay alone, step after step, until nothing is left to decay. */
    @Test
    void noNumberEverBecomesDenormal() {
        float[] w = {0.1f, -0.03f, 1e-6f};
        float[] m = new float[w.length];
        float[] v = new float[w.length];
        for (int step = 0; step < 100_000; step++) {
            adam.update(step, 0.01f, 5e-6f, new float[w.length], w, m, v);
            for (float[] numbers : new float[][] {w, m, v}) {
                for (float number : numbers) {
                    assertThat(number == 0 || Math.abs(number) >= Float.MIN_NORMAL)
                            .as("%s at step %d", number, step)
                            .isTrue();
                }
            }
        }
        assertThat(w)
                .usingElementComparator((a, b) -> Float.compare(Math.abs(a - b), 1e-4f) > 0 ? 1 : 0)
                .containsExactly(0, 0, 0);
    }
}
