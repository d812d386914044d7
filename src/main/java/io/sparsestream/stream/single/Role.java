package io.sparsestream.stream.single;

import io.sparsestream.learn.StepResult;
import io.sparsestream.message.Activations;
import io.sparsestream.message.Manifest;
import io.sparsestream.model.Checkpoint;
import io.sparsestream.model.ModelException;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/** What a task that alone learns a model does otherwise than one of several replicas. All methods are the stream thread's. */
public interface Role {
    /** The other partition that the task reads: what people, or the averager, tell it. */
    TopicPartition told();

    /**
     * Begins a new model.
     *
     * @param initial offset of what it is told: what stands before was said to an earlier model of that name
     */
    void begin(long initial);

    /**
     * Goes on from the newest checkpoint: restores the learner and takes over what the manifest says of the role.
     *
     * @param topicId of what it is told
     * @param heard offset up to which the model has heard, where the broker remembers it
     * @throws ModelException if it cannot go on from there
     */
    void restore(Manifest manifest, String topicId, Optional<Long> heard);

    /** Begins to train on the gap again. */
    Replay replay();

    /** Something of the gap was passed over: the learner is not where it had been. */
    void passedOver();

    /** Training on the gap again, as the role sees it. */
    interface Replay extends AutoCloseable {
        /** After a step. */
        void trained();

        @Override
        void close();
    }

    /** Whether images may be trained on; else they wait. */
    boolean mayTrain();

    /** Whether no more images are to be fetched. */
    boolean isPaused();

    /** After a mini-batch of so many images was trained on, now or while the gap is read again. */
    void trained(int images);

    /** After all that a step has found was emitted. */
    void emitted();

    /** What a step has left of the state of learning, for those who watch it. On the thread that makes the steps. */
    Activations activations(StepResult result);

    /** Of several that learn the model: its number. */
    Optional<Integer> replica();

    /** Whether something besides the learner has changed since the newest checkpoint. */
    boolean hasChanged();

    /** A checkpoint of the task, complete but for what only the role knows. */
    Checkpoint.Snapshot complete(Checkpoint.Snapshot snapshot);

    /** After the checkpoint was stored. */
    void stored(Checkpoint.Snapshot snapshot);
}
