package io.sparsestream.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LossByLabelTest {
    @Test
    void isTheMeanErrorOfEachLabelsImages() {
        LossByLabel loss = new LossByLabel();
        loss.add(step(new int[] {3, 7, 3, MiniBatch.UNLABELLED}, 0.1, 0.4, 0.3, 9));
        assertThat(loss.toArray()[3]).isCloseTo(0.2, within(1e-12));
        assertThat(loss.toArray()[7]).isCloseTo(0.4, within(1e-12));
        assertThat(loss.toArray()[0]).isNull();
    }

    @Test
    void forgetsWhatIsLongAgo() {
        LossByLabel loss = new LossByLabel();
        for (int i = 0; i < 3000; i++) {
            loss.add(step(new int[] {5}, 0.5));
        }
        loss.add(step(new int[] {5}, 1.5));
        assertThat(loss.toArray()[5]).isCloseTo(0.501, within(1e-9));
    }

    private static StepResult step(int[] labels, double... mse) {
        MiniBatch batch = new MiniBatch(labels.length, 1);
        for (int label : labels) {
            batch.add(new byte[1], label);
        }
        ForwardPass forward = new ForwardPass(labels.length, new float[0], mse, new float[0][], new double[0][]);
        return new StepResult(0, batch, new Losses(0, 0, 0), forward);
    }
}
