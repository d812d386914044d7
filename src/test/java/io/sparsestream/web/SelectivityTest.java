package io.sparsestream.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import io.sparsestream.learn.MiniBatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SelectivityTest {
    private final Selectivity selectivity = new Selectivity(2);

    @Test
    void isTheMeanOfEveryUnitByLabelThatOccurs() {
        float[] activations = {0.1f, 0.9f, 0.3f, 0.7f, 1, 1, 0.5f, 0.5f};
        selectivity.add(activations, new String[] {"z", "z", MiniBatch.UNLABELLED, "26"}, 4);

        assertThat(selectivity.images()).containsExactly(entry("26", 1L), entry("z", 2L));
        assertThat(selectivity.means()).containsOnlyKeys("26", "z");
        assertThat(selectivity.means().get("z")[0]).isCloseTo(0.2f, within(0.001f));
        assertThat(selectivity.means().get("z")[1]).isCloseTo(0.8f, within(0.001f));
        assertThat(selectivity.means().get("26")).containsExactly(0.5f, 0.5f);
    }

    @Test
    void looksAtTheFirstImagesOnly() {
        selectivity.add(new float[] {1, 1, 0, 0}, new String[] {"1", "1"}, 1);

        assertThat(selectivity.images()).containsExactly(entry("1", 1L));
        assertThat(selectivity.means().get("1")).containsExactly(1, 1);
    }

    @Test
    void forgetsWhatIsLongPast() {
        for (int i = 0; i < 200; i++) {
            selectivity.add(new float[] {1, 1}, new String[] {"5"}, 1);
        }
        for (int i = 0; i < 2000; i++) {
            selectivity.add(new float[] {0.25f, 0}, new String[] {"5"}, 1);
        }

        assertThat(selectivity.means().get("5")[0]).isCloseTo(0.25f, within(0.001f));
        assertThat(selectivity.means().get("5")[1]).isCloseTo(0, within(0.001f));
    }

    @Test
    void countsTogetherWhatComesAfterTheFirstHundred() {
        String[] labels = IntStream.range(0, 103).mapToObj(Integer::toString).toArray(String[]::new);
        selectivity.add(new float[2 * 103], labels, 103);

        assertThat(selectivity.images()).hasSize(101).containsEntry("99", 1L).containsEntry("other", 3L);
        assertThat(selectivity.means()).hasSize(101);
    }
}
