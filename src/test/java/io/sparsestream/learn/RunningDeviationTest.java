package io.sparsestream.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    void amongEqualValuesTheFirstOtherOneStandsOut() {
        RunningDeviation deviation = new RunningDeviation(10_000);
        for (int i = 0; i < 600; i++) {
            assertThat(deviation.next(-3)).isEqualTo(i < RunningDeviation.LEAST ? null : Double.valueOf(0));
        }
        assertThat(deviation.next(-2)).as("an error e times as large").isCloseTo(20, within(1e-9));
        assertThat(deviation.next(-2.99)).as("nearly as large as ever").isBetween(0.0, 0.5);
    }

    /** Long after the last other value, when the variance has faded to nothing. */
    @Test
    void theDeviationHasAFloor() {
        RunningDeviation deviation = new RunningDeviation(WINDOW);
        new Random(1).doubles(200, -4, -3).forEach(deviation::next);
        for (int i = 0; i < 50 * WINDOW; i++) {
            deviation.next(-3.3);
        }
        assertThat(deviation.next(-3.3)).isCloseTo(0, within(1e-6));
        assertThat(deviation.next(-3.2999)).isCloseTo(0.0001 / 0.05, within(1e-4));
    }

    /** Blank images, whose error is next to nothing, also at the very beginning. */
    @ParameterizedTest
    @CsvSource({"100, 4.5", "20, 2.5"})
    void aShareOfBlankImagesDoesNotMakeOthersUsual(int every, double least) {
        RunningDeviation deviation = new RunningDeviation(10_000);
        Random random = new Random(1);
        for (int i = 0; i < 30_000; i++) {
            deviation.next(i % every == every / 2 ? Math.log(1e-12) : -4.6 + 0.3 * random.nextGaussian());
        }
        assertThat(deviation.next(-4.6 + Math.log(5))).as("5.4 without them").isBetween(least, 5.6);
        assertThat(deviation.next(Math.log(1e-12))).isLessThan(-30);
    }

    @Test
    void whatIsNoNumberIsNotTakenIn() {
        RunningDeviation deviation = new RunningDeviation(WINDOW);
        new Random(3).doubles(500).forEach(deviation::next);
        byte[] before = deviation.toBytes();
        assertThat(deviation.next(Double.NaN)).isNull();
        assertThat(deviation.toBytes()).isEqualTo(before);
    }

    /** As version 1 stored it: of 600 equal values, too, that had no variance. */
    @Test
    void goesOnFromWhatEarlierVersionsHaveStored() {
        byte[] stored =
                ByteBuffer.allocate(24).putLong(600).putDouble(-3).putDouble(0).array();
        assertThat(new RunningDeviation(WINDOW, stored).next(-2)).isCloseTo(20, within(1e-9));
        stored = ByteBuffer.allocate(24)
                .putLong(600)
                .putDouble(-3)
                .putDouble(0.25)
                .array();
        assertThat(new RunningDeviation(WINDOW, stored).next(-2)).isCloseTo(2, within(1e-9));
    }

    @Test
    void goesOnFromItsState() {
        RunningDeviation throughout = new RunningDeviation(WINDOW);
        new Random(3).doubles(500).forEach(throughout::next);
        RunningDeviation resumed = new RunningDeviation(WINDOW, throughout.toBytes());
        assertThat(resumed.next(0.25)).isEqualTo(throughout.next(0.25));
    }
}
