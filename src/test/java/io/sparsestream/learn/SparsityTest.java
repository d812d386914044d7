package io.sparsestream.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SparsityTest {
    @Test
    void isZeroOnTargetWithoutPull() {
        assertThat(Sparsity.divergence(0.02, 0.02)).isCloseTo(0, within(1e-15));
        assertThat(Sparsity.gradient(0.02, 0.02)).isCloseTo(0, within(1e-12));
    }

    /** 0.02 ln(0.02/0.5) + 0.98 ln(0.98/0.5) = −0.0643775 + 0.6594856 */
    @Test
    void valueByHand() {
        assertThat(Sparsity.divergence(0.02, 0.5)).isCloseTo(0.5951081, within(1e-6));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.001, 0.02, 0.3, 0.99})
    void gradientIsTheSlope(double rhoHat) {
        double h = 1e-7;
        double slope = (Sparsity.divergence(0.02, rhoHat + h) - Sparsity.divergence(0.02, rhoHat - h)) / (2 * h);
        assertThat(Sparsity.gradient(0.02, rhoHat)).isCloseTo(slope, within(1e-4 * Math.abs(slope) + 1e-6));
    }

    @Test
    void staysFiniteAtTheEndsAndPullsInwards() {
        assertThat(Sparsity.divergence(0.02, 0)).isFinite().isPositive();
        assertThat(Sparsity.divergence(0.02, 1)).isFinite().isPositive();
        assertThat(Sparsity.gradient(0.02, 0)).isFinite().isNegative();
        assertThat(Sparsity.gradient(0.02, 1)).isFinite().isPositive();
    }
}
