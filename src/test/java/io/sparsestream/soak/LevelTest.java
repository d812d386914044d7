package io.sparsestream.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.soak.Series.Sample;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LevelTest {
    private static final double SECONDS = 1000;

    @Test
    void whatStaysIsLevel() {
        assertThat(level(Measure.HEAP, time -> 50).violation()).isEmpty();
    }

    @Test
    void whatGrowsAllTheTimeIsNot() {
        assertThat(level(Measure.HEAP, time -> 50 + time / 100).violation())
                .contains("live heap of trainer: grown by 5.0 MB, from 53.7 to 58.7, where 2.7 is tolerated");
    }

    @Test
    void theFirstQuarterIsForWarmingUp() {
        assertThat(level(Measure.HEAP, time -> time < SECONDS / 4 ? time : 300).violation())
                .isEmpty();
    }

    @Test
    void aMomentIsNoLevel() {
        assertThat(level(Measure.THREADS, time -> time > 900 && time < 950 ? 500 : 40)
                        .violation())
                .isEmpty();
    }

    @Test
    void whatIsCountedIsEqual() {
        assertThat(level(Measure.METERS, time -> time < 800 ? 300 : 301).violation())
                .contains("meters of trainer: grown by 1.0, from 300.0 to 301.0, where 0.0 is tolerated");
        assertThat(level(Measure.METERS, time -> time < 800 ? 301 : 300).violation())
                .contains("meters of trainer: fallen by 1.0, from 301.0 to 300.0, where 0.0 is tolerated");
    }

    @Test
    void aDiskIsLevelIfItsHeightIs() {
        DoubleUnaryOperator sawtooth = time -> 100 + time % 300; // which the quarters meet at other places
        assertThat(level(Measure.STATE_DISK, sawtooth).violation()).isEmpty();
        assertThat(level(Measure.STATE_DISK, time -> sawtooth.applyAsDouble(time) * (1 + time / 4000))
                        .violation())
                .isPresent();
    }

    @Test
    void lessMemoryIsNoFault() {
        assertThat(level(Measure.HEAP, time -> 100 - time / 20).violation()).isEmpty();
    }

    @Test
    void whatWasHardlyLookedAtHasNoLevel() {
        Series late = series(Measure.HEAP, IntStream.range(60, 100), time -> 50);

        assertThat(Level.of(late, SECONDS)).isEmpty();
    }

    private static Level level(Measure measure, DoubleUnaryOperator value) {
        return Level.of(series(measure, IntStream.range(0, 100), value), SECONDS)
                .orElseThrow();
    }

    /** @param times in tens of seconds */
    private static Series series(Measure measure, IntStream times, DoubleUnaryOperator value) {
        List<Sample> samples = times.mapToObj(time -> new Sample(10 * time, value.applyAsDouble(10 * time)))
                .toList();
        return new Series("trainer", measure, samples);
    }
}
