package io.sparsestream.stream;

import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.StepResult;
import io.sparsestream.message.Anomaly;
import io.sparsestream.message.ControlResult;
import io.sparsestream.message.Reason;
import java.util.List;

/**
 * Watches one model's training. Called on the stream thread, {@link #onStep} on the one that trains: it must be quick, and
 * keep nothing of the arguments. Every other method that takes a learner is called while no step is being made.
 */
public interface TrainingListener {
    /** Before a full mini-batch waits for its training step, of which {@link #onStep} tells. */
    default void onBatch() {}

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

    /**
     * After an image was scored without learning from it.
     *
     * @param forward what the model has made of it
     */
    default void onScore(ForwardPass forward) {}

    /**
     * After a record was told as an anomaly, where that is done.
     *
     * @param timestamp of the record, in milliseconds
     */
    default void onAnomaly(Anomaly anomaly, long timestamp) {}

    /**
     * After a record that is no image was set aside.
     *
     * @param reason why it is none
     */
    default void onDeadLetter(Reason reason) {}

    /**
     * After a checkpoint was handed to the producer.
     *
     * @param step updates made up to it
     * @param nanos what it took the stream thread
     */
    default void onCheckpoint(long step, long nanos) {}

    /**
     * While the images between the checkpoint and the committed offset are trained on again.
     *
     * @param done offsets read again so far
     * @param total offsets to read
     */
    default void onReplay(long done, long total) {}

    /**
     * After the task has started: checkpoint restored, gap trained on again.
     *
     * @param learner as it goes on
     * @param nanos what it took
     */
    default void onResume(Learner learner, long nanos) {}

    /**
     * After images that retention had deleted before they were trained on were passed over, as {@link OnGap#CONTINUE}
     * allows.
     *
     * @param offsets how many
     */
    default void onSkip(long offsets) {}

    /**
     * After a control record of this model has taken effect or has been refused.
     *
     * @param learner as it goes on
     */
    default void onControl(ControlResult result, Learner learner) {}

    /**
     * After the model was told to pause, and after a task of a paused model has started.
     *
     * @param by where the control record stands that has told it: {@code topic-partition@offset}
     */
    default void onPause(String by) {}

    /** After a paused model was told to go on. */
    default void onContinue() {}

    /**
     * After a checkpoint was handed to the producer, and after the task has started.
     *
     * @param steps of the checkpoints that the model can go back to, in the order in which they were made
     */
    default void onKept(List<Long> steps) {}

    /** After the task that closes the rounds of several replicas has started, before any is closed. */
    default void onAveraging() {}

    /** After a round of several replicas was closed, where that is done. */
    default void onRound(Round round) {}

    /**
     * After a replica has received the answer to its update.
     *
     * @param round rounds closed
     * @param nanos that it has waited
     */
    default void onAnswer(long round, long nanos) {}

    /** After the task has ended: it stops, or goes on elsewhere. */
    default void onEnd() {}

    /**
     * What watches a model that one task trains alone: everything is said there then. Asked for once, before the first
     * task starts; it outlasts the tasks.
     */
    default TrainingListener single() {
        return this;
    }

    /**
     * What watches one of several replicas: everything that is said of one then goes there, the rest here. Asked for when
     * its task starts, and not used after {@link #onEnd}.
     *
     * @param partition of the images topic
     */
    default TrainingListener replica(int partition) {
        return this;
    }

    /** Both, this one first. */
    default TrainingListener and(TrainingListener other) {
        return new Both(this, other);
    }

    /** Says everything to two listeners. */
    class Both implements TrainingListener {
        private final TrainingListener first;
        private final TrainingListener other;

        protected Both(TrainingListener first, TrainingListener other) {
            this.first = first;
            this.other = other;
        }

        @Override
        public void onBatch() {
            first.onBatch();
            other.onBatch();
        }

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
        public void onScore(ForwardPass forward) {
            first.onScore(forward);
            other.onScore(forward);
        }

        @Override
        public void onAnomaly(Anomaly anomaly, long timestamp) {
            first.onAnomaly(anomaly, timestamp);
            other.onAnomaly(anomaly, timestamp);
        }

        @Override
        public void onDeadLetter(Reason reason) {
            first.onDeadLetter(reason);
            other.onDeadLetter(reason);
        }

        @Override
        public void onCheckpoint(long step, long nanos) {
            first.onCheckpoint(step, nanos);
            other.onCheckpoint(step, nanos);
        }

        @Override
        public void onReplay(long done, long total) {
            first.onReplay(done, total);
            other.onReplay(done, total);
        }

        @Override
        public void onResume(Learner learner, long nanos) {
            first.onResume(learner, nanos);
            other.onResume(learner, nanos);
        }

        @Override
        public void onSkip(long offsets) {
            first.onSkip(offsets);
            other.onSkip(offsets);
        }

        @Override
        public void onPause(String by) {
            first.onPause(by);
            other.onPause(by);
        }

        @Override
        public void onContinue() {
            first.onContinue();
            other.onContinue();
        }

        @Override
        public void onKept(List<Long> steps) {
            first.onKept(steps);
            other.onKept(steps);
        }

        @Override
        public void onAveraging() {
            first.onAveraging();
            other.onAveraging();
        }

        @Override
        public void onRound(Round round) {
            first.onRound(round);
            other.onRound(round);
        }

        @Override
        public void onAnswer(long round, long nanos) {
            first.onAnswer(round, nanos);
            other.onAnswer(round, nanos);
        }

        @Override
        public void onEnd() {
            first.onEnd();
            other.onEnd();
        }

        @Override
        public TrainingListener single() {
            return first.single().and(other.single());
        }

        @Override
        public TrainingListener replica(int partition) {
            return first.replica(partition).and(other.replica(partition));
        }

        @Override
        public void onControl(ControlResult result, Learner learner) {
            first.onControl(result, learner);
            other.onControl(result, learner);
        }
    }
}
