package io.sparsestream.stream.keyed;

import io.sparsestream.learn.DivergedException;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.LearningState;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.StepResult;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.Manifest;
import io.sparsestream.model.Checkpoint;
import io.sparsestream.model.ModelException;
import io.sparsestream.stream.Image;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One of many models as its task holds it: the pending images, which it has not been trained on, and, while it is in
 * memory, its learner. The pending images that have been reconstructed stand in the store; the others stand on the images
 * topic alone.
 */
final class KeyedModel {
    private final String family;
    private final String key;
    private final byte[] keyBytes;
    private final int batchSize;
    private final InputFormat input;
    private final Deque<KeyedStore.StoredImage> stored; // to be merged into the pending ones
    private final List<KeyedStore.StoredImage> reconstructed = new ArrayList<>(); // the first of the pending ones
    private final List<Image> waiting = new ArrayList<>(); // the other pending ones
    private final List<Long> trainedOn =
            new ArrayList<>(); // offsets of stored images that its stored state does not know
    private long nextOffset; // images below have been trained on
    private Optional<Learner> learner = Optional.empty(); // while it is in memory
    private boolean trained; // since its state was stored
    private boolean unpublished; // what it was trained on

    /**
     * A model without a learner.
     *
     * @param family the name that all models have in common
     * @param batchSize images of a mini-batch
     * @param input what its records are
     * @param found what the store has of it; empty for a new one
     */
    KeyedModel(
            String family,
            String key,
            byte[] keyBytes,
            int batchSize,
            InputFormat input,
            Optional<KeyedStore.StoredModel> found) {
        this.family = family;
        this.key = key;
        this.keyBytes = keyBytes;
        this.batchSize = batchSize;
        this.input = input;
        stored = found.map(each -> new ArrayDeque<>(each.images())).orElseGet(ArrayDeque::new);
        nextOffset = found.map(KeyedStore.StoredModel::nextOffset).orElse(0L);
    }

    String key() {
        return key;
    }

    /** For people, and in what is written: {@code family/key}. */
    String qualifiedName() {
        return family + "/" + key;
    }

    /** Whether the image at that offset has been trained on. */
    boolean knows(long offset) {
        return offset < nextOffset;
    }

    /**
     * Takes an image among the pending ones, behind those from the store that come before it, unless it is known or comes
     * from there itself.
     *
     * @return whether the mini-batch is full; to be called once more then, after its step
     */
    boolean take(Image image) {
        long offset = image.origin().offset();
        if (knows(offset)) {
            return false;
        }
        if (mergeStored(offset - 1)) {
            return true;
        }
        if (!stored.isEmpty() && stored.element().offset() == offset) {
            mergeNext();
        } else {
            waiting.add(image);
        }
        return isFull();
    }

    /**
     * Takes the images from the store among the pending ones, up to that offset.
     *
     * @return whether the mini-batch is full; to be called once more then, after its step
     */
    boolean mergeStored(long upTo) {
        while (!isFull() && !stored.isEmpty() && stored.element().offset() <= upTo) {
            mergeNext();
        }
        return isFull();
    }

    private void mergeNext() {
        endWaiting(); // since an image behind them was reconstructed, so were they
        reconstructed.add(stored.remove());
    }

    private void endWaiting() {
        for (Image image : waiting) {
            reconstructed.add(new KeyedStore.StoredImage(image.origin().offset(), image.values(), image.label()));
        }
        waiting.clear();
    }

    private boolean isFull() {
        return reconstructed.size() + waiting.size() == batchSize;
    }

    /** Whether an image has had no reconstruction. */
    boolean isWaiting() {
        return !waiting.isEmpty();
    }

    /** Whether the first image that has had no reconstruction has waited for one long enough. */
    boolean hasWaited(long nowMillis, long limitMillis) {
        return isWaiting() && nowMillis - waiting.get(0).origin().arrived() >= limitMillis;
    }

    boolean isInMemory() {
        return learner.isPresent();
    }

    /** The learner, while it is in memory. */
    Learner learner() {
        return learner.orElseThrow();
    }

    /**
     * Comes to memory.
     *
     * @param free a learner that no other model needs
     * @param initial state of a model that has made no step
     */
    void load(Learner free, KeyedStore store, LearningState initial) {
        if (!store.restore(key, free)) {
            free.state().copyFrom(initial);
        }
        learner = Optional.of(free);
    }

    /** Leaves memory; what it has learned since its state was stored is lost. */
    Learner unload() {
        Learner free = learner();
        learner = Optional.empty();
        return free;
    }

    /** Decodes the pending images. */
    void fill(MiniBatch batch) {
        batch.clear();
        reconstructed.forEach(image -> batch.add(image.values(), image.label()));
        waiting.forEach(image -> batch.add(image.values(), image.label()));
    }

    /**
     * Makes a step on the pending images, which {@link #endBatch} ends.
     *
     * @throws ModelException naming the model if it diverges
     */
    StepResult train(MiniBatch batch) {
        try {
            return learner().train(batch);
        } catch (DivergedException e) {
            throw new ModelException("model " + qualifiedName() + ": " + e.getMessage(), e);
        }
    }

    /** Emits the reconstructions of the pending images that have had none. */
    void emitTo(KeyedEmission emission, ForwardPass forward, long step) {
        emission.reconstructions(waiting, reconstructed.size(), forward, step, keyBytes);
    }

    /** The pending images have been trained on. */
    void endBatch() {
        reconstructed.forEach(image -> trainedOn.add(image.offset()));
        nextOffset = 1
                + (waiting.isEmpty()
                        ? reconstructed.get(reconstructed.size() - 1).offset()
                        : waiting.get(waiting.size() - 1).origin().offset());
        reconstructed.clear();
        waiting.clear();
        trained = true;
        unpublished = true;
    }

    /** Whether the store, or the model topic, has an older state of it, or none. */
    boolean hasUnsavedState() {
        return trained || unpublished;
    }

    /** Whether the store and the model topic have all of it. */
    boolean isSaved() {
        return !hasUnsavedState() && !isWaiting();
    }

    /** The model topic may have an older state than the store. */
    void setUnpublished() {
        unpublished = true;
    }

    /** Stores the pending images that have just had their reconstruction. */
    void storeImagesIn(KeyedStore store) {
        int before = reconstructed.size();
        endWaiting();
        reconstructed.subList(before, reconstructed.size()).forEach(image -> store.putImage(key, image));
    }

    /** Stores the state unless it is stored, and drops the stored images that it has been trained on. */
    void storeIn(KeyedStore store) {
        if (!trained) {
            return;
        }
        store.putState(key, snapshot());
        trainedOn.forEach(offset -> store.deleteImage(key, offset));
        trainedOn.clear();
        trained = false;
    }

    /** Publishes the parameters unless they are published; whether it did. */
    boolean publishTo(KeyedEmission emission) {
        if (!unpublished) {
            return false;
        }
        emission.publish(key, snapshot());
        unpublished = false;
        return true;
    }

    private Checkpoint.Snapshot snapshot() {
        Manifest.Steering steering = Manifest.Steering.none(learner().hyperparameters());
        return Checkpoint.Snapshot.of(qualifiedName(), learner(), steering)
                .at(OptionalLong.of(nextOffset))
                .with(input);
    }
}
