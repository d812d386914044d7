package io.sparsestream.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.learn.FakeLearner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.stream.TrainingListener;
import org.junit.jupiter.api.Test;

class ModelFeedTest {
    private final ModelFeed feed = new ModelFeed("digits");

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

    private static void step(TrainingListener listener, FakeLearner learner) {
        MiniBatch batch = learner.newBatch();
        while (!batch.isFull()) {
            batch.add(new byte[FakeLearner.PIXELS]);
        }
        listener.onStep(learner.train(batch), learner, 1);
    }
}
