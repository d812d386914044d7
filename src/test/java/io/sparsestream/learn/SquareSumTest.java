package io.sparsestream.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SquareSumTest {
    /** Two full pieces and a part of one, all 0.5: 0.25 each. */
    @Test
    void sumsEveryPlaceOnce() {
        float[] values = new float[2 * SquareSum.WIDTH + 3];
        Arrays.fill(values, 0.5f);
        assertThat(new SquareSum().of(values)).isEqualTo(values.length * 0.25);
    }

    @Test
    void beginsAnew() {
        SquareSum sum = new SquareSum();
        sum.of(new float[] {7});
        assertThat(sum.of(new float[] {1, 2, 3})).isCloseTo(14, within(1e-9));
    }

    /** A restored model must report the very loss that the one before it would have. */
    @Test
    void whatAStepFoundIsWhatARestoredStateFinds() {
        Architecture architecture = Architecture.of(2100, 3, 2, 3, 2100);
        Autoencoder learner = new Autoencoder(
                architecture,
                Hyperparameters.SPARSE.with(Map.of("batch", "2", "alpha", "0.01")),
                new PortableProduct());
        MiniBatch batch = learner.newBatch();
        batch.add(new byte[2100]);
        batch.add(new byte[2100]);
        learner.train(batch);
        double found = learner.state().squaredWeights();

        learner.state().restoreCounts(1, 2);

        assertThat(found).isPositive();
        assertThat(learner.state().squaredWeights()).isEqualTo(found);
    }
}
