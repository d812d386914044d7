package io.sparsestream.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparsestream.learn.MiniBatch;
import org.junit.jupiter.api.Test;

class SelectivityTest {
    private final Selectivity selectivity = new Selectivity(2);

    @Test
    void isTheMeanOfEveryUnitByLabel() {
        float[] activations = {0.1f, 0.9f, 0.3f, 0.7f, 1, 1, 0.5f, 0.5f};
        selectivity.add(activations, new int[] {3, 3, MiniBatch.UNLABELLED, 7}, 4);

        assertThat(selectivity.images()).containsExactly(0, 0, 0, 2, 0, 0, 0, 1, 0, 0);
        assertThat(selectivity.means()[3][0]).isCloseTo(0.2f, within(0.001f));
        assertThat(selectivity.means()[3][1]).isCloseTo(0.8f, within(0.001f));
        assertThat(selectivity.means()[7]).containsExactly(0.5f, 0.5f);
        assertThat(selectivity.means()[0]).containsExactly(0, 0);
    }

    @Test
    void looksAtTheFirstImagesOnly() {
        selectivity.add(new float[] {1, 1, 0, 0}, new int[] {1, 1}, 1);

        assertThat(selectivity.images()[1]).isEqualTo(1);
        assertThat(selectivity.means()[1]).containsExactly(1, 1);
    }

    @Test
    void forgetsWhatIsLongPast() {
        for (int i = 0; i < 200; i++) {
            selectivity.add(new float[] {1, 1}, new int[] {5}, 1);
        }
        for (int i = 0; i < 2000; i++) {
            selectivity.add(new float[] {0.25f, 0}, new int[] {5}, 1);
        }

        assertThat(selectivity.means()[5][0]).isCloseTo(0.25f, within(0.001f));
        assertThat(selectivity.means()[5][1]).isCloseTo(0, within(0.001f));
    }
}
