package io.sparsestream.stream.keyed;

import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import io.sparsestream.model.Checkpoint;
import io.sparsestream.stream.LogPosition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The models of one task in its store. The records of a model begin with its key and a NUL, which no key has: its state
 * in the form of a {@link Checkpoint}, pending images by offset, and the offset of the image that it began with. What is true
 * of all stands under a name of its own.
 */
final class KeyedStore {
    private static final char NUL = '\0';
    private static final String PROGRESS = NUL + "progress";
    private static final String POSITION = NUL + "position";
    private static final String IMAGE = NUL + "image" + NUL;
    private static final String BEGINNING = NUL + "beginning";

    private final KeyValueStore<String, byte[]> store;
    private final String topic;
    private Optional<KeyedProgress> progress; // empty before the first image
    private boolean acted; // something was written or emitted since the position was stored

    /** @param topic of the images */
    KeyedStore(KeyValueStore<String, byte[]> store, String topic) {
        this.store = store;
        this.topic = topic;
        progress = Optional.ofNullable(store.get(PROGRESS)).map(json -> Json.read(json, KeyedProgress.class));
    }

    /** Empty before the first image. */
    Optional<KeyedProgress> progress() {
        return progress;
    }

    void put(KeyedProgress changed) {
        progress = Optional.of(changed);
        store.put(PROGRESS, Json.write(changed));
        acted = true;
    }

    /** Models that there are. */
    long keys() {
        return progress.map(KeyedProgress::keys).orElse(0L);
    }

    /** A model begins with the image at that offset. */
    void begin(String key, long offset) {
        store.put(key + BEGINNING, beginning(offset));
        put(progress.orElseThrow().withKeys(keys() + 1));
    }

    /** Behind the last record that had an effect when the last transaction was committed. */
    Optional<LogPosition> position() {
        return Optional.ofNullable(store.get(POSITION)).map(bytes -> LogPosition.get(ByteBuffer.wrap(bytes)));
    }

    void put(LogPosition position) {
        ByteBuffer buffer = ByteBuffer.allocate(LogPosition.BYTES);
        position.put(buffer);
        store.put(POSITION, buffer.array());
        acted = false;
    }

    /** Something was emitted, so the position belongs into the same transaction. */
    void emitted() {
        acted = true;
    }

    /** Whether the running transaction has an effect that a start must not do again, but not yet the position behind it. */
    boolean needsPosition() {
        return acted;
    }

    /**
     * Drops pending images, and where models began, from that offset on: they are of a log that is no more, so have no place
     * among what comes. Keys with nothing but these count no more.
     *
     * @return offsets of the images that were dropped
     */
    List<Long> dropFrom(long offset) {
        List<String> images = new ArrayList<>();
        List<String> beginnings = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<String, byte[]> each = all.next();
                if (each.key.contains(IMAGE) && offset(each.key) >= offset) {
                    images.add(each.key);
                } else if (each.key.endsWith(BEGINNING) && offset(each.value) >= offset) {
                    beginnings.add(each.key);
                }
            }
        }
        images.forEach(store::delete);
        beginnings.forEach(store::delete);
        Set<String> keys = Stream.concat(images.stream(), beginnings.stream())
                .map(name -> name.substring(0, name.indexOf(NUL)))
                .collect(Collectors.toSet());
        keys.removeIf(key -> find(key).isPresent());
        put(progress.orElseThrow().withKeys(keys() - keys.size()));
        return images.stream().map(KeyedStore::offset).toList();
    }

    /**
     * A pending image that has been reconstructed.
     *
     * @param label as long as the task has been running since it came; else {@link MiniBatch#UNLABELLED}
     */
    record StoredImage(long offset, byte[] values, String label) {}

    /**
     * A model without its learner.
     *
     * @param beginning offset of the image that it began with; 0 where that is not known, or of another log
     * @param nextOffset images below have been trained on
     * @param images pending, from there on, by offset
     */
    record StoredModel(long beginning, long nextOffset, List<StoredImage> images) {}

    /** The model of that key; empty if nothing of it is here. */
    Optional<StoredModel> find(String key) {
        Optional<Manifest> manifest = manifest(key);
        long nextOffset = manifest.map(each ->
                        Math.min(each.nextOffset(), progress.orElseThrow().endOfSameLog(each, topic)))
                .orElse(0L);
        List<StoredImage> images = new ArrayList<>();
        // Sixteen hexadecimal digits follow, all of which come before a 'g'.
        try (KeyValueIterator<String, byte[]> found = store.range(key + IMAGE, key + IMAGE + 'g')) {
            while (found.hasNext()) {
                KeyValue<String, byte[]> each = found.next();
                long offset = offset(each.key);
                if (offset >= nextOffset) { // else this copy of the store has not heard that it was deleted
                    images.add(new StoredImage(offset, each.value, MiniBatch.UNLABELLED));
                }
            }
        }
        Optional<Long> beginning =
                Optional.ofNullable(store.get(key + BEGINNING)).map(KeyedStore::offset);
        if (beginning.isEmpty() && manifest.isEmpty() && images.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new StoredModel(beginning.orElse(0L), nextOffset, images));
    }

    private Optional<Manifest> manifest(String key) {
        return Optional.ofNullable(store.get(key + NUL + Checkpoint.MANIFEST))
                .map(json -> Json.read(json, Manifest.class));
    }

    /** Copies the state of that key into a learner; false if there is none yet. */
    boolean restore(String key, Learner learner) {
        Optional<Manifest> manifest = manifest(key);
        manifest.ifPresent(found -> Checkpoint.restore(found, learner, Map.of(), name -> store.get(key + NUL + name)));
        return manifest.isPresent();
    }

    /**
     * Stores the state of that key's model.
     *
     * @param snapshot does not say of which log its offset is
     */
    void putState(String key, Checkpoint.Snapshot snapshot) {
        Manifest.Log log =
                new Manifest.Log(Map.of(topic, progress.orElseThrow().log()), 0, 0, 0); // the task counts images
        Checkpoint.store(snapshot.with(log), (name, value) -> store.put(key + NUL + name, value));
        acted = true;
    }

    void putImage(String key, StoredImage image) {
        store.put(image(key, image.offset()), image.values());
        acted = true;
    }

    void deleteImage(String key, long offset) {
        store.delete(image(key, offset));
        acted = true;
    }

    private static String image(String key, long offset) {
        return key + IMAGE + String.format(Locale.ROOT, "%016x", offset);
    }

    private static long offset(String image) {
        return Long.parseLong(image.substring(image.indexOf(IMAGE) + IMAGE.length()), 16);
    }

    private static byte[] beginning(long offset) {
        return ByteBuffer.allocate(Long.BYTES).putLong(offset).array();
    }

    private static long offset(byte[] beginning) {
        return ByteBuffer.wrap(beginning).getLong();
    }
}
