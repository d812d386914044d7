package io.sparsestream.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.nd4j.OpenBlas;
import org.junit.jupiter.api.Test;

class FiltersTest {
    private static final Hyperparameters SMALL_BATCH =
            new Hyperparameters(2, 0.01, 0.9, 0.999, 1e-8, 0, 0, 0.02, 1, 10);

    @Test
    void everyUnitsWeightsAreGreysOnItsOwnScale() {
        Autoencoder learner = new Autoencoder(Architecture.of(4, 3, 2, 3, 4), SMALL_BATCH, new OpenBlas());
        MiniBatch batch = learner.newBatch();
        batch.add(new byte[] {0, 1, 2, 3}, 4);
        batch.add(new byte[] {3, 2, 1, 0}, 5);
        var result = learner.train(batch);
        float[] weights = learner.state().parameter("w_e_1"); // [4 pixels × 3 units]
        float[] ofUnit1 = {0.5f, -1, 0, 0.25f};
        for (int i = 0; i < 4; i++) {
            weights[i * 3] = 0;
            weights[i * 3 + 1] = ofUnit1[i];
            weights[i * 3 + 2] = i == 3 ? 2 : 0;
        }
        Snapshot snapshot = new Snapshot();
        snapshot.fill("m", result, learner, new History());

        Filters filters = Filters.of(snapshot, new Selectivity(3));

        assertThat(filters.layer()).isEqualTo("h_e_1");
        assertThat(filters.rows()).isEqualTo(2);
        assertThat(filters.columns()).isEqualTo(2);
        assertThat(filters.scale()).containsExactly(0, 1, 2);
        assertThat(greys(filters.pixels())).containsExactly(128, 128, 128, 128, 192, 1, 128, 160, 128, 128, 128, 255);
    }

    private static int[] greys(byte[] bytes) {
        int[] greys = new int[bytes.length];
        for (int i = 0; i < greys.length; i++) {
            greys[i] = bytes[i] & 0xff;
        }
        return greys;
    }
}
