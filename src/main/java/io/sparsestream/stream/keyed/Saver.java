package io.sparsestream.stream.keyed;

import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.stream.LogPosition;
import io.sparsestream.stream.TaskSettings;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Saves models: their pending images are reconstructed and stored, their state is stored and published. Each of them in its
 * turn, a few seconds after it came to be unsaved: so the gap that a start reads again begins at the first image of the
 * oldest one.
 */
final class Saver {
    static final Duration TICK = Duration.ofMillis(100);

    /**
     * While images arrive, spend at most this share of a tick on reconstructing and saving. A mini-batch that fills in the
     * meantime loads its model only once.
     */
    private static final Duration MOST_OF_TICK = TICK.dividedBy(2);

    /** Of a tick while none arrive; between two ticks the transaction can be committed, which must not expire. */
    private static final Duration MOST_OF_IDLE_TICK = Duration.ofSeconds(1);

    /** Models saved in a tick: a thousand that are due together must not hold up the transaction until it expires. */
    static final int MOST_SAVES = 8;

    /** Models whose pending images are in memory alone, whether or not they have a learner there. */
    static final int MOST_UNSAVED = 1000;

    private final long maxBatchWaitMillis;
    private final long intervalMillis;
    private final Models models;
    private final Learners learners;
    private final MiniBatch batch;
    private final KeyedStore store;
    private final KeyedEmission emission;
    private final KeyedListener listener;

    /** @param batch of whichever model makes a pass */
    Saver(
            TaskSettings settings,
            Models models,
            Learners learners,
            MiniBatch batch,
            KeyedStore store,
            KeyedEmission emission,
            KeyedListener listener) {
        maxBatchWaitMillis = settings.maxBatchWait().toMillis();
        intervalMillis = settings.checkpointInterval().toMillis();
        this.models = models;
        this.learners = learners;
        this.batch = batch;
        this.store = store;
        this.emission = emission;
        this.listener = listener;
    }

    /**
     * Reconstructs images that have waited long enough, and saves models that are due.
     *
     * @param busy whether images arrive
     */
    void tick(long nowMillis, boolean busy) {
        long end = System.nanoTime() + (busy ? MOST_OF_TICK : MOST_OF_IDLE_TICK).toNanos();
        BooleanSupplier isOver = () -> System.nanoTime() - end > 0;
        reconstructOverdue(nowMillis, isOver);
        models.removeSaved();
        saveDue(nowMillis, isOver);
    }

    private void reconstructOverdue(long nowMillis, BooleanSupplier isOver) {
        for (KeyedModel model : models.unsaved()) {
            if (model.hasWaited(nowMillis, maxBatchWaitMillis)) {
                reconstruct(model);
                if (isOver.getAsBoolean()) {
                    return; // the next tick goes on
                }
            }
        }
    }

    private void saveDue(long nowMillis, BooleanSupplier isOver) {
        for (int saves = 0; saves < MOST_SAVES; saves++) {
            Optional<Models.Unsaved> oldest = models.oldestUnsaved();
            if (oldest.isEmpty() || nowMillis - oldest.get().sinceMillis() < intervalMillis) {
                return;
            }
            saveAll(oldest.get().model());
            if (isOver.getAsBoolean()) {
                return;
            }
        }
    }

    /** Saves the oldest unsaved model if there are too many. */
    void limitUnsaved() {
        if (models.unsavedCount() > MOST_UNSAVED) {
            models.oldestUnsaved().map(Models.Unsaved::model).ifPresent(this::saveAll);
        }
    }

    private void saveAll(KeyedModel model) {
        reconstruct(model);
        if (model.hasUnsavedState()) {
            learners.of(model, this::saveState);
            saveState(model);
        }
        models.removeUnsaved(model);
    }

    /** Reconstructs the pending images that have had no reconstruction, and stores them. */
    private void reconstruct(KeyedModel model) {
        if (!model.isWaiting()) {
            return;
        }
        Learner learner = learners.of(model, this::saveState);
        model.fill(batch);
        model.emitTo(emission, learner.reconstruct(batch), learner.state().step());
        model.storeImagesIn(store);
    }

    /** Stores and publishes what the store and the model topic do not have of the state of a model in memory. */
    void saveState(KeyedModel model) {
        long start = System.nanoTime();
        model.storeIn(store);
        if (model.publishTo(emission)) {
            listener.onCheckpoint(model.learner().state().step(), System.nanoTime() - start);
        }
    }

    /**
     * Where the gap begins that a start would read again.
     *
     * @param position behind the last record that was handed over
     */
    LogPosition gapStart(LogPosition position) {
        return models.oldestUnsaved().map(Models.Unsaved::from).orElse(position);
    }

    /** Stores where the gap begins, if that has moved. */
    void storeGapStart(LogPosition position) {
        LogPosition start = gapStart(position);
        store.progress()
                .filter(progress -> progress.nextOffset() != start.offset())
                .ifPresent(progress -> store.put(progress.with(start)));
    }
}
