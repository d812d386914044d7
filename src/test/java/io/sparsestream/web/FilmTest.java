package io.sparsestream.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FilmTest {
    private final Film film = new Film();

    @Test
    void staysBoundedAndKeepsTheBeginningAndTheEnd() {
        for (long step = 0; step < 100_000_000L; step = Film.next(step)) {
            film.add(take(step));
        }
        long[] steps = film.steps();

        assertThat(steps).hasSizeLessThanOrEqualTo(40).isSorted().startsWith(0, 1);
        assertThat(steps[steps.length - 1]).isGreaterThan(70_000_000L);
        for (int i = 8; i < steps.length; i++) {
            assertThat((double) steps[i] / steps[i - 1]).isBetween(1.05, 3.0);
        }
    }

    @Test
    void whatWasUndoneIsVoid() {
        for (long step : new long[] {0, 10, 20, 30, 15}) {
            film.add(take(step));
        }

        assertThat(film.steps()).containsExactly(0, 10, 15);
    }

    @Test
    void theLastOneUpToAStepIsFound() {
        assertThat(film.at(3)).isEmpty();
        for (long step : new long[] {5, 10, 20}) {
            film.add(take(step));
        }

        assertThat(Arrays.stream(new long[] {0, 5, 9, 10, 19, 1000})
                        .map(at -> film.at(at).orElseThrow().step()))
                .containsExactly(5L, 5L, 5L, 10L, 10L, 20L);
    }

    @Test
    void ofVeryWideRecordsFewerStepsAreKept() {
        for (long step = 0; step < 1000; step = Film.next(step)) {
            film.add(new Film.Take(step, new float[4_000_000], new double[1]));
        }

        assertThat(film.steps()).hasSize(4);
    }

    private static Film.Take take(long step) {
        return new Film.Take(step, new float[4], new double[2]);
    }
}
