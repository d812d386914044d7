package io.sparsestream.stream.single;

import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.TopImages;
import io.sparsestream.message.Manifest;
import io.sparsestream.model.Checkpoint;
import io.sparsestream.stream.CheckpointPace;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The checkpoints of a task: what the newest one knows, and when the next one is due. */
public final class Checkpoints {
    private final CheckpointStore store;
    private final CheckpointPace pace;
    private final Learner learner;
    private final TopImages top;
    private Hyperparameters initialHyperparameters;
    private boolean setBack; // whether the learner was, since the newest checkpoint

    /**
     * @param learner new
     * @param top of its units
     */
    Checkpoints(CheckpointStore store, CheckpointPace pace, Learner learner, TopImages top) {
        this.store = store;
        this.pace = pace;
        this.learner = learner;
        this.top = top;
        initialHyperparameters = learner.hyperparameters();
    }

    /** Of the newest one. */
    Optional<Manifest> newest() {
        return store.newest();
    }

    /**
     * Copies the newest checkpoint into the learner.
     *
     * @param roundArrays the arrays that it has besides the learner's
     */
    public void restore(Map<String, float[]> roundArrays) {
        store.restore(learner, roundArrays);
        initialHyperparameters = store.newest().orElseThrow().steering().started();
    }

    /** @throws IllegalArgumentException if no checkpoint of that step is kept */
    void rollBack(long step) {
        store.restore(step, learner);
        setBack = true;
    }

    void reset(long seed) {
        learner.reset(seed);
        top.clear();
        setBack = true;
    }

    /** When the next one is due. */
    CheckpointPace pace() {
        return pace;
    }

    /** Whether the newest one holds what was learned. */
    boolean isUpToDate() {
        return !setBack
                && newest().map(manifest -> manifest.step() == learner.state().step())
                        .orElse(false);
    }

    /** What the next one says of steering, but for the checkpoints that are kept. */
    Manifest.Steering steering() {
        return Manifest.Steering.none(initialHyperparameters);
    }

    /**
     * Stores one.
     *
     * @param hasChanged whether something besides the learner has changed
     * @return as it was stored
     */
    Checkpoint.Snapshot write(Checkpoint.Snapshot snapshot, boolean hasChanged) {
        Manifest.Steering steering = store.write(snapshot, hasChanged || !isUpToDate());
        setBack = false;
        return snapshot.with(steering);
    }

    /** Steps of the checkpoints that the model can go back to, in the order in which they were made. */
    List<Long> keptSteps() {
        return newest().orElseThrow().steering().kept().stream()
                .map(Manifest.Kept::step)
                .distinct()
                .toList();
    }
}
