package io.sparsestream.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparsestream.learn.FakeLearner;
import io.sparsestream.learn.Losses;
import io.sparsestream.learn.StepResult;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private final FakeLearner learner = new FakeLearner();
    private final History history = new History();

    @Test
    void keepsEveryStepWhileThereIsRoom() {
        step(0, 0.5);
        step(1, 0.25);

        History.Points points = history.points("m");
        assertThat(points.model()).isEqualTo("m");
        assertThat(points.stride()).isEqualTo(1);
        assertThat(points.steps()).containsExactly(0, 1);
        assertThat(points.loss().keySet()).containsExactly("total", "mse", "l2", "kl");
        assertThat(points.loss().get("total")).containsExactly(0.875f, 0.4375f);
        assertThat(points.loss().get("mse")).containsExactly(0.5f, 0.25f);
        assertThat(points.loss().get("l2")).containsExactly(0.25f, 0.125f);
        assertThat(points.loss().get("kl")).containsExactly(0.125f, 0.0625f);
        assertThat(points.recent().keySet()).containsExactly("h_e_1");
        assertThat(points.recent().get("h_e_1")).hasSize(2);
    }

    @Test
    void staysBoundedAndEveryPointIsTheMeanOfItsSteps() {
        int steps = 20_000;
        for (int i = 0; i < steps; i++) {
            step(i, i);
        }

        History.Points points = history.points("m");
        int stride = (int) points.stride();
        assertThat(stride).isEqualTo(32);
        assertThat(points.steps()).hasSize(steps / stride).hasSizeLessThan(History.CAPACITY);
        for (int i = 0; i < points.steps().length; i++) {
            assertThat(points.steps()[i]).isEqualTo((i + 1L) * stride - 1);
            double mean = i * stride + (stride - 1) / 2.0;
            assertThat(points.loss().get("mse")[i]).isCloseTo((float) mean, within(0.01f));
        }
    }

    @Test
    void aLearnerThatWasSetBackMakesItsStepsAgain() {
        for (int i = 0; i < 10; i++) {
            step(i, 1);
        }
        step(7, 2);
        step(8, 2);

        assertThat(history.points("m").steps()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(history.points("m").loss().get("mse")).containsExactly(1, 1, 1, 1, 1, 1, 1, 2, 2);
    }

    @Test
    void itBeginsWhereTheProcessDidHoweverCoarseItHasBecome() {
        assertThat(history.points("m").begin()).isEmpty();
        for (int i = 500; i < 5000; i++) {
            step(i, 1);
        }
        History copy = new History();
        history.copyTo(copy);
        assertThat(copy.points("m").begin()).hasValue(500);
        assertThat(copy.points("m").coarser(7).begin()).hasValue(500);

        for (int i = 30; i < 50; i++) {
            step(i, 1); // a rollback to before
        }
        assertThat(history.points("m").begin()).hasValue(30);
    }

    @Test
    void aCopyIsACopy() {
        step(0, 1);
        History copy = new History();
        history.copyTo(copy);
        step(1, 2);

        assertThat(copy.points("m").steps()).containsExactly(0);
        assertThat(copy.points("m").loss().get("mse")).containsExactly(1);
        assertThat(Arrays.asList(copy.points("m").recent().keySet().toArray())).containsExactly("h_e_1");
    }

    private void step(long step, double mse) {
        history.add(new StepResult(step, null, new Losses(mse, mse / 2, mse / 4), null), learner);
    }
}
