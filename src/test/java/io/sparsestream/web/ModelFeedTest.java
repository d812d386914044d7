package io.sparsestream.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.learn.FakeLearner;
import io.sparsestream.learn.Losses;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.StepResult;
import io.sparsestream.message.ControlResult;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.support.Await;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ModelFeedTest {
    private final ModelFeed feed = new ModelFeed("digits", new Examples());

    @Test
    void ofSeveralReplicasTheLowestThatIsTrainedHereIsShown() {
        FakeLearner two = new FakeLearner();
        FakeLearner five = new FakeLearner();
        TrainingListener fifth = feed.replica(5);
        step(fifth, five);
        assertThat(feed.frame().images()).isEqualTo(3);

        TrainingListener second = feed.replica(2);
        second.onResume(two, 1);
        step(second, two);
        step(second, two);
        step(second, two);
        step(fifth, five);
        assertThat(feed.frame().images()).isEqualTo(9);

        second.onEnd();
        step(fifth, five);
        assertThat(feed.frame().images()).isEqualTo(9);
        step(fifth, five);
        assertThat(feed.frame().images()).isEqualTo(12);
    }

    @Test
    void whatWasSetIsShownAsItWasUnderstood() {
        FakeLearner learner = new FakeLearner();
        feed.onControl(
                told(learner, "{\"command\":\"set\",\"hyperparameters\":{\"beta\":\" 7.50e-3 \",\"rho\":\".03\"}}"),
                learner);
        feed.onControl(told(learner, "{\"command\":\"set\",\"hyperparameters\":{\"beta\":\"abc\"}}"), learner);
        feed.onControl(told(learner, "{\"command\":\"pause\"}"), learner);
        feed.onControl(told(learner, "nonsense"), learner);

        assertThat(feed.frame().told())
                .extracting(Frame.Told::text)
                .containsExactly("set beta=0.0075 rho=0.03", "set beta=abc", "pause", "control record");
    }

    private static ControlResult told(FakeLearner learner, String json) {
        return ControlResult.of("digits", learner, json.getBytes(StandardCharsets.UTF_8), "control-0@0", control -> {
            if (control.hyperparameters() != null) {
                learner.set(learner.hyperparameters().withLive(control.hyperparameters()));
            }
        });
    }

    /** A model of a short topic makes all its steps before the page looks for the first time. */
    @Test
    void thePageBeginsWithTheLastStepsRatherThanTheFirst() throws Exception {
        FakeLearner learner = new FakeLearner();
        step(feed, learner);
        step(feed, learner);
        Await.pass("the snapshot of the first step grows old", Duration.ofMillis(50));
        step(feed, learner);
        feed.advance();

        assertThat(feed.latest().activations.step()).isEqualTo(2);
    }

    /** A snapshot of the model before may wait for the page at that time. */
    @Test
    void aModelThatBeginsAnewDoesNotDivergeFromWhatItWasBefore() {
        FakeLearner learner = new FakeLearner();
        step(feed, learner, 0.01);
        feed.advance();
        step(feed, learner, 0.01);
        feed.onControl(told(learner, "{\"command\":\"reset\"}"), learner);
        for (int i = 0; i < 10; i++) {
            feed.advance();
            step(feed, learner, 0.5);
        }
        assertThat(feed.isDiverging()).isFalse();

        for (int i = 0; i < 10; i++) {
            feed.advance();
            step(feed, learner, 5);
        }
        assertThat(feed.isDiverging()).isTrue();
    }

    private static void step(ModelFeed feed, FakeLearner learner, double mse) {
        MiniBatch batch = learner.newBatch();
        while (!batch.isFull()) {
            batch.add(new byte[FakeLearner.PIXELS]);
        }
        StepResult made = learner.train(batch);
        feed.onStep(new StepResult(made.step(), batch, new Losses(mse, 0, 0), made.forward()), learner, 1);
    }

    private static void step(TrainingListener listener, FakeLearner learner) {
        MiniBatch batch = learner.newBatch();
        while (!batch.isFull()) {
            batch.add(new byte[FakeLearner.PIXELS]);
        }
        listener.onStep(learner.train(batch), learner, 1);
    }
}
