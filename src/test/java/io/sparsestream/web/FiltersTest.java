package io.sparsestream.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.LossByLabel;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.StepResult;
import io.sparsestream.learn.nd4j.OpenBlas;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FiltersTest {
    private static final int PIXELS = 16;
    private static final Hyperparameters SMALL_BATCH = Hyperparameters.PLAIN.with(Map.of("batch", "2"));

    @Test
    void everyUnitsWeightsAreGreysOnItsOwnScale() {
        Autoencoder learner = new Autoencoder(Architecture.of(PIXELS, 3, 2, 3, PIXELS), SMALL_BATCH, new OpenBlas());
        MiniBatch batch = learner.newBatch();
        batch.add(new byte[PIXELS], "4");
        batch.add(new byte[PIXELS], "5");
        StepResult result = learner.train(batch);
        float[] none = new float[PIXELS];
        float[] even = new float[PIXELS]; // root mean square 1
        Arrays.fill(even, 1);
        even[15] = -1;
        float[] lone = new float[PIXELS]; // root mean square 1
        lone[1] = -4;
        float[] weights = learner.state().parameter("w_e_1"); // [pixels × units]
        for (int i = 0; i < PIXELS; i++) {
            weights[i * 3] = none[i];
            weights[i * 3 + 1] = even[i];
            weights[i * 3 + 2] = lone[i];
        }
        Snapshot snapshot = new Snapshot();
        snapshot.fill("m", result, learner, new History(), new LossByLabel());

        Filters filters = Filters.of(snapshot, new Shape(4, 4), new Selectivity(3));

        assertThat(filters.layer()).isEqualTo("h_e_1");
        assertThat(filters.rows()).isEqualTo(4);
        assertThat(filters.columns()).isEqualTo(4);
        assertThat(filters.scale()).containsExactly(0, 3, 3);
        assertThat(greys(filters, 0)).containsOnly(128);
        assertThat(greys(filters, 1)).startsWith(170, 170, 170).endsWith(170, 86);
        assertThat(greys(filters, 2)).startsWith(128, 1, 128).endsWith(128, 128);
    }

    private static int[] greys(Filters filters, int unit) {
        int[] greys = new int[PIXELS];
        for (int i = 0; i < greys.length; i++) {
            greys[i] = filters.pixels()[unit * PIXELS + i] & 0xff;
        }
        return greys;
    }
}
