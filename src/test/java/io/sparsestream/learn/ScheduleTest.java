package io.sparsestream.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {
    /** From 1 to 0.01 over 1000 steps; at a quarter 0.01 + 0.99 · ½ (1 + √½). */
    @ParameterizedTest
    @CsvSource({"0, 1", "250, 0.8550179", "500, 0.505", "1000, 0.01", "1000000, 0.01"})
    void cosineFallsToItsFactorAndStaysThere(long step, double expected) {
        assertThat(new Schedule(Schedule.Shape.COSINE, 1000, 0.01).at(step)).isCloseTo(expected, within(1e-7));
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "499, 1", "500, 0.2", "749, 0.2", "750, 0.04", "1000, 0.04", "1000000, 0.04"})
    void stepFallsAtHalfAndAtThreeQuarters(long step, double expected) {
        assertThat(new Schedule(Schedule.Shape.STEP, 1000, 0.2).at(step)).isCloseTo(expected, within(1e-12));
    }

    @Test
    void constantIsOneWhateverElseWasSaid() {
        assertThat(new Schedule(Schedule.Shape.CONSTANT, 5, 0.5)).isEqualTo(Schedule.CONSTANT);
        assertThat(Schedule.CONSTANT.at(123_456)).isEqualTo(1);
    }
}
