package io.sparsestream.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RidgeTest {
    private final Ridge ridge = new Ridge();

    @Test
    void countsUnitsByTheLogarithmOfTheirAverage() {
        ridge.add(3, new float[] {0, 1e-4f, 0.011f, 0.99f, 50});

        Ridge.Points points = ridge.points();
        assertThat(points.steps()).containsExactly(3);
        assertThat(points.shares()).hasSize(40);
        assertThat(points.shares()[0] & 0xff).isEqualTo(2 * 255 / 5);
        assertThat(points.shares()[16] & 0xff).isEqualTo(51);
        assertThat(points.shares()[31] & 0xff).isEqualTo(51);
        assertThat(points.shares()[39] & 0xff).isEqualTo(51);
    }

    @Test
    void staysBoundedFromTheFirstStepToTheLast() {
        for (long step = 0; step < 100_000; step += 7) {
            ridge.add(step, new float[] {0.02f});
        }

        long[] steps = ridge.points().steps();
        assertThat(steps).hasSizeBetween(80, 160).isSorted().startsWith(0);
        assertThat(steps[steps.length - 1]).isGreaterThan(98_000);
    }

    @Test
    void whatWasUndoneIsVoid() {
        for (long step : new long[] {0, 1, 2, 3, 2}) {
            ridge.add(step, new float[] {0.02f});
        }

        assertThat(ridge.points().steps()).containsExactly(0, 1, 2);
    }
}
