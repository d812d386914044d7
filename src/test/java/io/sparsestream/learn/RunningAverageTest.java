package io.sparsestream.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RunningAverageTest {
    private final RunningAverage average =
            new RunningAverage("h_e_1", new LearningState(Architecture.of(3, 2, 3), Hyperparameters.PLAIN), 100);

    @Test
    void theFirstBatchIsTheAverage() {
        average.add(new double[] {0.25, 1}, 0, 10);
        average.correct(10);
        assertThat(average.all()).containsExactly(0.25, 1);
        assertThat(average.recent()).containsExactly(new double[] {0.25, 1}, within(1e-12));
    }

    @Test
    void cumulativeWeighsEveryImageAlikeAndRecentForgets() {
        average.add(new double[] {1, 0}, 0, 10);
        for (int batch = 1; batch < 100; batch++) {
            average.add(new double[] {0, 0.995}, batch * 10L, 10);
        }
        average.correct(1000);
        assertThat(average.all()[0]).isCloseTo(0.01, within(1e-12));
        assertThat(average.recent()[0]).isLessThan(1e-4);
        assertThat(average.off()).isEqualTo(0.5);
        assertThat(average.saturated()).isEqualTo(0.5);
        assertThat(average.meanOfAll()).isCloseTo((0.01 + 0.98505) / 2, within(1e-9));
    }

    /** Its activations have no greatest value, and a unit that answers to few images has a low mean but is not off. */
    @Test
    void aUnitThatCanBeZeroIsOffOnceItWasSilentForLong() {
        LearningState state =
                new LearningState(Architecture.of(3, 2, 3), Hyperparameters.PLAIN.with(Map.of("activation", "topk:1")));
        RunningAverage sparse = new RunningAverage("h_e_1", state, 100);
        sparse.add(new double[] {0, 7}, 0, 100);
        sparse.correct(100);
        assertThat(sparse.off()).isZero();
        assertThat(sparse.saturated()).isZero();
        state.silent("h_e_1")[0] = Silence.LONG - 1;
        assertThat(sparse.off()).isZero();
        state.silent("h_e_1")[0] = Silence.LONG;
        assertThat(sparse.off()).isEqualTo(0.5);
    }

    @Test
    void isZeroBeforeTheFirstImage() {
        average.correct(0);
        assertThat(average.recent()).containsExactly(0, 0);
    }
}
