package io.sparsestream.stream.keyed;

import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.message.ImageDecoder;
import io.sparsestream.stream.LogPosition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * One of many models as its task holds it: the images that it has not been trained on, and, while it is in memory, its
 * learner. Of the pending images the first {@link #reconstructed} have had their reconstruction and stand in the store;
 * the others stand on the images topic alone.
 */
final class KeyedModel {
    private final String key;
    private final byte[] keyBytes;
    private final Deque<Image> stored; // still to take their place among the images that are read again
    private final List<Image> pending = new ArrayList<>();
    private final List<Long> done =
            new ArrayList<>(); // offsets of stored images that the stored state does not know yet
    private int reconstructed;
    private long nextOffset; // images below have been trained on
    private Learner learner; // null while it has none in memory
    private boolean inStore; // any of it
    private boolean trained; // since its state was stored
    private boolean unpublished; // what it was trained on
    private LogPosition unsavedFrom; // what came before is all in the store
    private long unsavedSince; // wall-clock milliseconds

    /**
     * An image that has not been trained on.
     *
     * @param origin null if it comes from the store, so has been reconstructed
     */
    record Image(byte[] greys, long offset, io.sparsestream.stream.Image.Origin origin) {}

    /** A new one, of which nothing is in the store. */
    KeyedModel(String key, byte[] keyBytes) {
        this(key, keyBytes, 0, List.of());
        inStore = false;
    }

    /**
     * One that is in the store.
     *
     * @param nextOffset images below have been trained on
     * @param stored images from there on, by offset
     */
    KeyedModel(String key, byte[] keyBytes, long nextOffset, List<Image> stored) {
        this.key = key;
        this.keyBytes = keyBytes;
        this.nextOffset = nextOffset;
        this.stored = new ArrayDeque<>(stored);
        inStore = true;
    }

    String key() {
        return key;
    }

    byte[] keyBytes() {
        return keyBytes;
    }

    /** The next image from the store if its offset is not above that, taken away; else null. */
    Image takeStored(long upTo) {
        return !stored.isEmpty() && stored.peek().offset() <= upTo ? stored.remove() : null;
    }

    /** Images come in the order of their offsets, so those from the store come first in a batch. */
    void add(Image image) {
        pending.add(image);
        if (image.origin() == null) {
            reconstructed = pending.size();
        }
    }

    List<Image> pending() {
        return pending;
    }

    int reconstructed() {
        return reconstructed;
    }

    /** All pending images have been. */
    void setReconstructed() {
        reconstructed = pending.size();
    }

    void fill(MiniBatch batch, ImageDecoder decoder) {
        batch.clear();
        for (Image image : pending) {
            batch.add(
                    image.greys(),
                    image.origin() == null
                            ? MiniBatch.UNLABELLED
                            : decoder.label(image.origin().headers()));
        }
    }

    /** The pending images have made a step. */
    void setTrained() {
        pending.subList(0, reconstructed).forEach(image -> done.add(image.offset()));
        nextOffset = pending.get(pending.size() - 1).offset() + 1;
        pending.clear();
        reconstructed = 0;
        trained = true;
        unpublished = true;
    }

    long nextOffset() {
        return nextOffset;
    }

    Learner learner() {
        return learner;
    }

    void setLearner(Learner learner) {
        this.learner = learner;
    }

    boolean isInStore() {
        return inStore;
    }

    void setInStore() {
        inStore = true;
    }

    /** Whether the store has an older state of it, or none. */
    boolean isTrained() {
        return trained;
    }

    /** The state is stored: the offsets of the stored images that are not needed any more. */
    List<Long> setStored() {
        trained = false;
        List<Long> dropped = List.copyOf(done);
        done.clear();
        return dropped;
    }

    boolean isUnpublished() {
        return unpublished;
    }

    void setUnpublished() {
        unpublished = true;
    }

    void setPublished() {
        unpublished = false;
    }

    /** Whether the store and the model topic have all of it. */
    boolean isSaved() {
        return !trained && !unpublished && reconstructed == pending.size();
    }

    void setUnsaved(LogPosition from, long since) {
        unsavedFrom = from;
        unsavedSince = since;
    }

    LogPosition unsavedFrom() {
        return unsavedFrom;
    }

    long unsavedSince() {
        return unsavedSince;
    }

    /** Whether the first pending image that has had no reconstruction has waited for one long enough. */
    boolean hasWaited(long now, long limitMillis) {
        return reconstructed < pending.size()
                && now - pending.get(reconstructed).origin().arrived() >= limitMillis;
    }
}
