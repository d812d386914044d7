package io.sparsestream.stream.single;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.learn.FakeLearner;
import io.sparsestream.learn.ForwardingLearner;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.StepResult;
import io.sparsestream.stream.Image;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StepQueueTest {
    private static StepQueue queue(Learner learner) {
        return new StepQueue(learner, (result, images, nanos) -> Optional.empty(), 10, Runnable::run, () -> {});
    }

    private static void submit(StepQueue steps) {
        for (int i = 0; i < FakeLearner.BATCH; i++) {
            steps.filling().add(new Image(new byte[FakeLearner.PIXELS], "", 1, null));
        }
        steps.submit();
    }

    @Test
    void quickStepsMayAllBeUnderWay() {
        StepQueue steps = queue(new FakeLearner());
        for (int i = 0; i < 10; i++) {
            submit(steps);
            assertThat(steps.isFull()).isFalse();
        }
        submit(steps);
        assertThat(steps.isFull()).isTrue();
    }

    /** Whoever needs the learner waits for all of them within one transaction, which would expire. */
    @Test
    void ofSlowStepsNoMoreAreUnderWayThanTakeTwoSeconds() {
        StepQueue steps = queue(new ForwardingLearner(new FakeLearner()) {
            @Override
            public StepResult train(MiniBatch batch) {
                try {
                    Thread.sleep(1100);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return super.train(batch);
            }
        });
        submit(steps);
        assertThat(steps.isFull()).as("one has to be").isFalse();
        submit(steps);
        assertThat(steps.isFull()).isTrue();
        steps.giveBack(steps.take());
        assertThat(steps.isFull()).isFalse();
    }
}
