package io.sparsestream.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LossByLabelTest {
    private final LossByLabel loss = new LossByLabel();

    @Test
    void isTheMeanErrorOfTheImagesOfEachLabelThatOccurs() {
        loss.add(step(new String[] {"seven", "200", "3", "200", MiniBatch.UNLABELLED}, 0.4, 0.1, 0.5, 0.3, 9));

        assertThat(loss.toMap().keySet()).containsExactly("3", "200", "seven");
        assertThat(loss.toMap().get("200")).isCloseTo(0.2, within(1e-12));
        assertThat(loss.toMap().get("seven")).isCloseTo(0.4, within(1e-12));
    }

    @Test
    void forgetsWhatIsLongAgo() {
        for (int i = 0; i < 3000; i++) {
            loss.add(step(new String[] {"5"}, 0.5));
        }
        loss.add(step(new String[] {"5"}, 1.5));
        assertThat(loss.toMap().get("5")).isCloseTo(0.501, within(1e-9));
    }

    /** As where somebody takes the image's name for its label. */
    @Test
    void countsTogetherWhatComesAfterTheFirstHundred() {
        String[] labels = IntStream.range(0, 5000).mapToObj(i -> "image " + i).toArray(String[]::new);
        double[] mse = new double[5000];
        Arrays.fill(mse, 100, 5000, 0.25);

        loss.add(step(labels, mse));

        assertThat(loss.toMap()).hasSize(101).containsEntry("image 99", 0.0).doesNotContainKey("image 100");
        assertThat(loss.toMap().lastKey()).isEqualTo("other");
        assertThat(loss.toMap().get("other")).isCloseTo(0.25, within(1e-12));
    }

    private static StepResult step(String[] labels, double... mse) {
        MiniBatch batch = new MiniBatch(labels.length, 1);
        for (String label : labels) {
            batch.add(new byte[1], label);
        }
        ForwardPass forward = new ForwardPass(
                labels.length,
                new float[0],
                mse,
                new float[0][],
                new double[0][],
                new float[] {1},
                Anomalies.unknown(labels.length));
        return new StepResult(0, batch, new Losses(0, 0, 0), forward);
    }
}
