package io.sparsestream.bench.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RankingTest {
    /** Every pair of an anomaly and another record; equal scores are half right. */
    private static double naiveRocAuc(double[] scores, boolean[] anomalous) {
        double right = 0;
        long pairs = 0;
        for (int i = 0; i < scores.length; i++) {
            for (int j = 0; j < scores.length; j++) {
                if (anomalous[i] && !anomalous[j]) {
                    pairs++;
                    right += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
                }
            }
        }
        return right / pairs;
    }

    /** For every anomaly, the share of anomalies among the records whose score is at least its own. */
    private static double naiveAveragePrecision(double[] scores, boolean[] anomalous) {
        double sum = 0;
        int anomalies = 0;
        for (int i = 0; i < scores.length; i++) {
            if (anomalous[i]) {
                int above = 0;
                int right = 0;
                for (int j = 0; j < scores.length; j++) {
                    if (scores[j] >= scores[i]) {
                        above++;
                        right += anomalous[j] ? 1 : 0;
                    }
                }
                sum += (double) right / above;
                anomalies++;
            }
        }
        return sum / anomalies;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 20, 1_000_000}) // few values make many equal scores
    void isWhatPairsAndSharesCountedOneByOneGive(int values) {
        Random random = new Random(values);
        for (int round = 0; round < 50; round++) {
            int size = 2 + random.nextInt(200);
            double[] scores = new double[size];
            boolean[] anomalous = new boolean[size];
            for (int i = 0; i < size; i++) {
                scores[i] = random.nextInt(values) - values / 2;
                anomalous[i] = random.nextInt(4) == 0;
            }
            anomalous[0] = true;
            anomalous[1] = false;
            Ranking ranking = Ranking.of(scores, anomalous);
            assertThat(ranking.rocAuc()).isCloseTo(naiveRocAuc(scores, anomalous), within(1e-12));
            assertThat(ranking.averagePrecision()).isCloseTo(naiveAveragePrecision(scores, anomalous), within(1e-12));
        }
    }

    @Test
    void knowsTheEnds() {
        boolean[] anomalous = {true, false, false, true};
        assertThat(Ranking.of(new double[] {9, 1, 2, 8}, anomalous)).isEqualTo(new Ranking(1, 1));
        assertThat(Ranking.of(new double[] {1, 9, 8, 2}, anomalous).rocAuc()).isZero();
        assertThat(Ranking.of(new double[] {5, 5, 5, 5}, anomalous)).isEqualTo(new Ranking(0.5, 0.5));
    }

    @Test
    void zerosAreEqualAndInfinityIsAScore() {
        boolean[] anomalous = {true, false, false};
        assertThat(Ranking.of(new double[] {0.0, -0.0, -1}, anomalous)).isEqualTo(new Ranking(0.75, 0.5));
        assertThat(Ranking.of(new double[] {Double.POSITIVE_INFINITY, 1, 2}, anomalous))
                .isEqualTo(new Ranking(1, 1));
    }

    @Test
    void refusesWhatCannotBeRanked() {
        assertThatThrownBy(() -> Ranking.of(new double[2], new boolean[3])).hasMessage("2 scores of 3 records");
        assertThatThrownBy(() -> Ranking.of(new double[2], new boolean[2])).hasMessageContaining("there are 0 and 2");
        assertThatThrownBy(() -> Ranking.of(new double[] {1, Double.NaN}, new boolean[] {true, false}))
                .hasMessage("the score of record 1 is no number");
    }
}
