package io.sparsestream.stream;

import io.sparsestream.learn.Learner;
import io.sparsestream.learn.StepResult;

/** Watches one model's training. Called on the stream thread: it must be quick, and keep nothing of the arguments. */
public interface TrainingListener {
    /**
     * After a training step.
     *
     * @param nanos what the step took
     */
    default void onStep(StepResult result, Learner learner, long nanos) {}

    /**
     * After the reconstruction of an image was handed to the producer.
     *
     * @param latencyMillis since the image record's timestamp
     */
    default void onReconstruction(long latencyMillis) {}

    /** After a record that is no image was set aside. */
    default void onDeadLetter() {}

    /** Both, this one first. */
    default TrainingListener and(TrainingListener other) {
        TrainingListener first = this;
        return new TrainingListener() {
            @Override
            public void onStep(StepResult result, Learner learner, long nanos) {
                first.onStep(result, learner, nanos);
                other.onStep(result, learner, nanos);
            }

            @Override
            public void onReconstruction(long latencyMillis) {
                first.onReconstruction(latencyMillis);
                other.onReconstruction(latencyMillis);
            }

            @Override
            public void onDeadLetter() {
                first.onDeadLetter();
                other.onDeadLetter();
            }
        };
    }
}
