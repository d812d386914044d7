package io.sparsestream.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OuterOptimizerTest {
    private static final List<Tensor> TENSORS = List.of(new Tensor("w", List.of(1, 2)), new Tensor("b", List.of(1)));

    /** 100 and 300 images: δ̅ = (1·δ_1 + 3·δ_2) / 4. */
    @Test
    void plainAveragingWeighsByImages() {
        OuterOptimizer averaging = new OuterOptimizer(TENSORS, 1, 0);
        Map<String, float[]> parameters = arrays(10, 20, 30);
        Map<String, float[]> velocity = arrays(0, 0, 0);

        averaging.add(arrays(4, 0, -4), 100);
        averaging.add(arrays(0, 8, 4), 300);
        assertThat(averaging.images()).isEqualTo(400);
        averaging.apply(parameters, velocity);

        assertThat(parameters.get("w")).containsExactly(11, 26);
        assertThat(parameters.get("b")).containsExactly(32);
        assertThat(averaging.images()).isZero();
    }

    /**
     * By hand, η = 0.7, μ = 0.9, from θ = 1.
     *
     * <pre>
     * δ̅ = 1:     v = 1                 θ = 1 + 0.7 (1 + 0.9·1)        = 2.33
     * δ̅ = −0.5:  v = 0.9 − 0.5 = 0.4   θ = 2.33 + 0.7 (−0.5 + 0.36)   = 2.232
     * δ̅ = 0:     v = 0.36              θ = 2.232 + 0.7 (0.324)        = 2.4588
     * </pre>
     */
    @Test
    void threeRoundsOfNesterovMomentumByHand() {
        OuterOptimizer nesterov = new OuterOptimizer(TENSORS, 0.7, 0.9);
        Map<String, float[]> parameters = arrays(1, 1, 1);
        Map<String, float[]> velocity = arrays(0, 0, 0);
        float[] averages = {1, -0.5f, 0};
        float[] velocities = {1, 0.4f, 0.36f};
        float[] expected = {2.33f, 2.232f, 2.4588f};

        for (int round = 0; round < averages.length; round++) {
            nesterov.add(arrays(averages[round] - 1, averages[round], averages[round] + 2), 60);
            nesterov.add(arrays(averages[round] + 1, averages[round], averages[round] - 2), 60);
            nesterov.apply(parameters, velocity);

            for (String name : List.of("w", "b")) {
                assertThat(velocity.get(name)[0]).isCloseTo(velocities[round], within(1e-6f));
                assertThat(parameters.get(name)[0]).isCloseTo(expected[round], within(1e-6f));
            }
        }
    }

    /** Over many rounds; and what int8 loses in one round comes with the next ones, so that in the end nothing is missing. */
    @ParameterizedTest
    @EnumSource
    void whoAddsTheEncodedStepsHasTheParametersBitForBit(DeltaEncoding encoding) {
        OuterOptimizer encoded = new OuterOptimizer(TENSORS, 0.7, 0.9);
        OuterOptimizer exact = new OuterOptimizer(TENSORS, 0.7, 0.9);
        Map<String, float[]> parameters = arrays(1, 2, 3);
        Map<String, float[]> received = arrays(1, 2, 3);
        Map<String, float[]> expected = arrays(1, 2, 3);
        Map<String, float[]> velocity = arrays(0, 0, 0);
        Map<String, float[]> exactVelocity = arrays(0, 0, 0);
        Map<String, float[]> residual = arrays(0, 0, 0);
        Random random = new Random(1);
        for (int round = 0; round < 100; round++) {
            Map<String, float[]> delta = arrays((float) random.nextGaussian(), (float) random.nextGaussian(), 0.001f);
            encoded.add(delta, 60);
            exact.add(delta, 60);
            exact.apply(expected, exactVelocity);
            encoded.apply(parameters, velocity, residual, encoding).forEach((name, bytes) -> {
                float[] step = new float[received.get(name).length];
                encoding.decode(bytes, step);
                for (int i = 0; i < step.length; i++) {
                    received.get(name)[i] += step[i];
                }
            });
            assertThat(received).usingRecursiveComparison().isEqualTo(parameters);
        }
        expected.forEach((name, values) -> {
            for (int i = 0; i < values.length; i++) {
                assertThat(parameters.get(name)[i] + residual.get(name)[i]).isCloseTo(values[i], within(1e-3f));
                assertThat(residual.get(name)[i])
                        .as("of one step, not of a hundred")
                        .isCloseTo(0, within(0.05f));
            }
        });
        if (encoding == DeltaEncoding.FLOAT32) {
            assertThat(parameters).usingRecursiveComparison().isEqualTo(expected);
        }
    }

    /** δ̅ = (3, 4, 0), of norm 5; the replicas are off by ±(0, 0, 5), as far again. */
    @Test
    void divergenceIsRelativeToTheAverage() {
        OuterOptimizer averaging = new OuterOptimizer(TENSORS, 1, 0);
        averaging.add(arrays(3, 4, 5), 60);
        averaging.add(arrays(3, 4, -5), 60);

        assertThat(averaging.divergence(arrays(3, 4, 5))).isCloseTo(1, within(1e-12));
        assertThat(averaging.divergence(arrays(3, 4, 0))).isZero();
    }

    @Test
    void whatCannotBeAveragedIsRefused() {
        OuterOptimizer averaging = new OuterOptimizer(TENSORS, 1, 0);
        assertThatThrownBy(() -> averaging.apply(arrays(0, 0, 0), arrays(0, 0, 0)))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> averaging.add(arrays(0, 0, 0), 0)).hasMessageContaining("no weight");
        assertThatThrownBy(() -> new OuterOptimizer(TENSORS, 0, 0))
                .hasMessage("outer-learning-rate must be a positive number, not 0.0");
        assertThatThrownBy(() -> new OuterOptimizer(TENSORS, 1, 1))
                .hasMessage("outer-momentum must be at least 0 and below 1, not 1.0");
        for (double rate : new double[] {1e-46, 1e39}) {
            assertThatThrownBy(() -> new OuterOptimizer(TENSORS, rate, 0))
                    .hasMessageStartingWith("outer-learning-rate must be 0, or from")
                    .hasMessageEndingWith("as float32 can hold it, not " + rate);
        }
        assertThatThrownBy(() -> new OuterOptimizer(TENSORS, 1, 1e-46))
                .hasMessageStartingWith("outer-momentum must be 0");
        assertThatThrownBy(() -> new OuterOptimizer(TENSORS, 1, 0.999999999))
                .hasMessage("outer-momentum must be below 1 in float32, not 0.999999999");
    }

    private static Map<String, float[]> arrays(float w0, float w1, float b) {
        return Map.of("w", new float[] {w0, w1}, "b", new float[] {b});
    }
}
