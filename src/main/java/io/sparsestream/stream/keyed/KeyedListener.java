package io.sparsestream.stream.keyed;

import io.sparsestream.learn.Learner;
import io.sparsestream.learn.StepResult;
import io.sparsestream.stream.TrainingListener;

/** Watches the training of a model for each key. Called on the stream thread, as its parent is. */
public interface KeyedListener extends TrainingListener {
    /** After a learner was given to a model that had none in memory: a new one, or one whose state is in the store. */
    default void onLoad() {}

    /** After a model had to give its learner to another. */
    default void onEvict() {}

    /**
     * Several times a second.
     *
     * @param partition of the images topic, and so the task
     * @param inMemory models of that task with a learner in memory
     * @param keys models of that task in all
     */
    default void onModels(int partition, int inMemory, long keys) {}

    /** Both, this one first; what is said of models by key is said to this one alone. */
    @Override
    default KeyedListener and(TrainingListener other) {
        KeyedListener keyed = this;
        TrainingListener both = TrainingListener.super.and(other);
        return new KeyedListener() {
            @Override
            public void onStep(StepResult result, Learner learner, long nanos) {
                both.onStep(result, learner, nanos);
            }

            @Override
            public void onReconstruction(long latencyMillis) {
                both.onReconstruction(latencyMillis);
            }

            @Override
            public void onDeadLetter(String reason) {
                both.onDeadLetter(reason);
            }

            @Override
            public void onCheckpoint(long step, long nanos) {
                both.onCheckpoint(step, nanos);
            }

            @Override
            public void onReplay(long done, long total) {
                both.onReplay(done, total);
            }

            @Override
            public void onResume(Learner learner, long nanos) {
                both.onResume(learner, nanos);
            }

            @Override
            public void onSkip(long offsets) {
                both.onSkip(offsets);
            }

            @Override
            public void onEnd() {
                both.onEnd();
            }

            @Override
            public void onLoad() {
                keyed.onLoad();
            }

            @Override
            public void onEvict() {
                keyed.onEvict();
            }

            @Override
            public void onModels(int partition, int inMemory, long keys) {
                keyed.onModels(partition, inMemory, keys);
            }
        };
    }
}
