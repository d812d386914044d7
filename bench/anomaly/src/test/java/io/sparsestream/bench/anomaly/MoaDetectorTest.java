package io.sparsestream.bench.anomaly;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MoaDetectorTest {
    /** Two dependent inputs; in one of fifty records they contradict each other, far out. */
    private static LabelledRecords records() {
        Random random = new Random(3);
        int size = 5000;
        double[] values = new double[3 * size];
        boolean[] anomalous = new boolean[size];
        for (int i = 0; i < size; i++) {
            anomalous[i] = i % 50 == 49;
            double value = random.nextGaussian();
            values[3 * i] = 100 + 10 * value + random.nextGaussian();
            values[3 * i + 1] = value + (anomalous[i] ? 8 : 0);
            values[3 * i + 2] = 7;
        }
        return new LabelledRecords("made up", values, 3, anomalous);
    }

    private static Ranking ranking(MoaDetector detector, LabelledRecords records) {
        return Ranking.of(detector.scores(records), records.anomalous());
    }

    @Test
    void bothFindWhatIsFarOut() {
        LabelledRecords records = records();
        assertThat(ranking(MoaDetector.halfSpaceTrees(3, 1), records).rocAuc()).isGreaterThan(0.8);
        assertThat(ranking(MoaDetector.autoencoder(3, 1), records).rocAuc()).isGreaterThan(0.8);
    }

    @Test
    void theLabelsDoNotChangeAScoreAndTheSeedDoes() {
        LabelledRecords records = records();
        LabelledRecords unlabelled =
                new LabelledRecords(records.name(), records.values(), records.width(), new boolean[records.size()]);
        double[] scores = MoaDetector.halfSpaceTrees(3, 1).scores(records);
        assertThat(MoaDetector.halfSpaceTrees(3, 1).scores(unlabelled)).isEqualTo(scores);
        assertThat(MoaDetector.halfSpaceTrees(3, 2).scores(records)).isNotEqualTo(scores);
    }

    @Test
    void scalesByWhatHasComeSoFar() {
        MinMax scaling = new MinMax(1);
        double[] scaled = new double[1];
        double[] all = new double[4];
        for (int i = 0; i < all.length; i++) {
            scaling.scale(new double[] {5, 5, 9, 6}, i, scaled);
            all[i] = scaled[0];
        }
        assertThat(all).containsExactly(Arrays.copyOf(new double[] {0, 0, 1, 0.25}, 4));
    }
}
