package io.sparsestream.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.learn.MiniBatch;
import org.junit.jupiter.api.Test;

class ExamplesTest {
    private final Examples examples = new Examples();
    private int next;

    @Test
    void areTheFirstOfTenLabelsInTheOrderOfThese() {
        offer(this, "7", "7", "3", "10", "2", "b");
        assertThat(examples.chosen()).isEmpty();
        offer(this, "a", "1", "4", "5", "6", "9");

        Examples.Chosen chosen = examples.chosen().orElseThrow();
        assertThat(chosen.labels()).containsExactly("1", "2", "3", "4", "5", "6", "7", "10", "a", "b");
        assertThat(chosen.values()).startsWith(7, 8 /* the eighth record: two inputs each */);
        assertThat(chosen.batch().isFull()).isTrue();
    }

    @Test
    void withoutLabelsTheFirstTenAreTaken() {
        offer(this, "", "", "", "", "", "", "", "", "", "", "", "");

        assertThat(examples.chosen().orElseThrow().values()).hasSize(20).startsWith(0, 1, 1, 2);
    }

    @Test
    void ofFewLabelsOthersFillUp() {
        for (int i = 0; i < 20; i++) {
            assertThat(examples.chosen()).isEmpty();
            offer(this, "normal", "normal", "leak", "normal", "normal", "normal");
        }

        assertThat(examples.chosen().orElseThrow().labels()).hasSize(10).contains("leak", "normal");
    }

    /** Several models read the same records. */
    @Test
    void onlyOneIsListenedTo() {
        offer(this, "", "");
        offer("another", "", "", "", "", "", "", "", "", "", "");
        assertThat(examples.chosen()).isEmpty();
    }

    @Test
    void recordsThatAreHeldOutAreTakenInsteadOfTheStreams() {
        MiniBatch heldOut = new MiniBatch(12, 2);
        for (int i = 0; i < 12; i++) {
            heldOut.add(new float[] {100 + i, 0}, 0, i < 2 ? "0" : String.valueOf(i - 2));
        }
        examples.holdOut(heldOut, 2);
        offer(this, "", "", "", "", "", "", "", "", "", "", "");

        Examples.Chosen chosen = examples.chosen().orElseThrow();
        assertThat(chosen.heldOut()).isTrue();
        assertThat(chosen.labels()).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
        assertThat(chosen.values()).startsWith(100, 0, 103, 0);
    }

    private void offer(Object from, String... labels) {
        MiniBatch batch = new MiniBatch(labels.length, 2);
        for (String label : labels) {
            batch.add(new float[] {next, next + 1}, 0, label);
            next++;
        }
        examples.offer(from, batch, 2);
    }
}
