package io.sparsestream.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparsestream.learn.Hyperparameters;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ParetoFrontTest {
    private final Trial sharp = trial(1, 0.01, 0.06);
    private final Trial between = trial(2, 0.02, 0.03);
    private final Trial sparse = trial(3, 0.03, 0.02);
    private final Trial worse = trial(4, 0.021, 0.03);
    private final Trial worst = trial(5, 0.03, 0.06);

    @Test
    void hasWhatNoOtherBeatsInBoth() {
        assertThat(ParetoFront.of(List.of(worst, sharp, between, sparse, worse)))
                .containsExactly(sparse, between, sharp);
        assertThat(ParetoFront.of(List.of())).isEmpty();
        Trial twin = trial(6, 0.02, 0.03);
        assertThat(ParetoFront.of(List.of(between, twin)))
                .as("equals do not beat each other")
                .hasSize(2);
    }

    @Test
    void ranksFrontAfterFrontAndByErrorWithin() {
        assertThat(ParetoFront.ranked(List.of(worst, sparse, worse, between, sharp)))
                .containsExactly(sharp, between, sparse, worse, worst);
    }

    /** 0.06 is twice ρ = 0.02 too much, 0.019 a twentieth too little. */
    @Test
    void distanceIsThatOfTheFarthestLayer() {
        assertThat(sharp.distance()).isCloseTo(2, within(1e-12));
        assertThat(sparse.distance()).isCloseTo(0.05, within(1e-12));
    }

    private static Trial trial(int id, double mse, double mean) {
        return new Trial(
                id, Hyperparameters.PLAIN, Trial.Status.FINISHED, 100, mse, Map.of("h_e_1", 0.019, "h_e_2", mean));
    }
}
