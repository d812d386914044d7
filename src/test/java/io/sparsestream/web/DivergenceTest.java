package io.sparsestream.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DivergenceTest {
    private final Divergence divergence = new Divergence();

    @Test
    void aLossThatFallsOrIsNoisyDoesNotDiverge() {
        assertThat(divergence.isDiverging()).isFalse();
        for (int look = 0; look < 200; look++) {
            double mse = 0.02 + 0.25 * Math.exp(-look / 10.0) + (look % 2 == 0 ? 0.01 : 0);
            divergence.add(mse + 0.01, mse);
            assertThat(divergence.isDiverging()).isFalse();
        }
    }

    @Test
    void anErrorThatRisesFarDoes() {
        looks(50, 0.035, 0.025);
        looks(20, 0.6, 0.5);
        assertThat(divergence.isDiverging()).isTrue();
        looks(30, 0.035, 0.025);
        assertThat(divergence.isDiverging()).isFalse();
    }

    /** Such as a beta that is set a hundred times higher. */
    @Test
    void aTermThatWeighsMoreThanBeforeDoesNot() {
        looks(50, 0.035, 0.025);
        looks(50, 0.3, 0.04);
        assertThat(divergence.isDiverging()).isFalse();
    }

    @Test
    void aLossThatIsNoNumberAnyMoreIsNotTakenForAGoodOne() {
        looks(50, 0.035, 0.025);
        looks(1, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
        assertThat(divergence.isDiverging()).isTrue();
    }

    private void looks(int count, double total, double mse) {
        for (int i = 0; i < count; i++) {
            divergence.add(total, mse);
        }
    }
}
