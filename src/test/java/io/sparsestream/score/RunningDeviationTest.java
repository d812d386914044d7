package io.sparsestream.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class RunningDeviationTest {
    private static final int WINDOW = 200;

    @Test
    void isTheStandardScoreOfTheValuesBefore() {
        RunningDeviation deviation = new RunningDeviation(WINDOW);
        double[] values = new Random(1).doubles(150, 2, 5).toArray();
        for (int i = 0; i < values.length; i++) {
            Double found = deviation.next(values[i]);
            if (i < RunningDeviation.LEAST) {
                assertThat(found).isNull();
                continue;
            }
            double mean = DoubleStream.of(values).limit(i).average().orElseThrow();
            double variance = DoubleStream.of(values)
                    .limit(i)
                    .map(value -> (value - mean) * (value - mean))
                    .average()
                    .orElseThrow();
            assertThat(found).isCloseTo((values[i] - mean) / Math.sqrt(variance), within(1e-9));
        }
    }

    @Test
    void forgetsWhatIsLongerAgoThanItsWindow() {
        RunningDeviation deviation = new RunningDeviation(WINDOW);
        Random random = new Random(2);
        for (int i = 0; i < 1000; i++) {
            deviation.next(random.nextGaussian());
        }
        for (int i = 0; i < 10 * WINDOW; i++) {
            deviation.next(100 + 3 * random.nextGaussian());
        }
        assertThat(deviation.next(106)).isCloseTo(2, within(0.6));
    }

    @Test
    void aStreamWithoutVarianceHasNoDeviation() {
        RunningDeviation deviation = new RunningDeviation(WINDOW);
        for (int i = 0; i < 300; i++) {
            assertThat(deviation.next(7)).isNull();
        }
    }

    @Test
    void goesOnFromItsState() {
        RunningDeviation throughout = new RunningDeviation(WINDOW);
        new Random(3).doubles(500).forEach(throughout::next);
        RunningDeviation resumed = new RunningDeviation(WINDOW, throughout.toBytes());
        assertThat(resumed.next(0.25)).isEqualTo(throughout.next(0.25));
    }
}
