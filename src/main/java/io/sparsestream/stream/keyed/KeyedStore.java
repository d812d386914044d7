package io.sparsestream.stream.keyed;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import io.sparsestream.model.Checkpoint;
import io.sparsestream.model.ModelException;
import io.sparsestream.stream.LogPosition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The models of one task in its store. The records of a model begin with its key and a NUL, which no key has: its state
 * in the form of a {@link Checkpoint}, and pending images by offset. What is true of all stands under a name of its own.
 */
final class KeyedStore {
    private static final char NUL = '\0';
    private static final String PROGRESS = NUL + "progress";
    private static final String POSITION = NUL + "position";
    private static final String IMAGE = NUL + "image" + NUL;

    private final KeyValueStore<String, byte[]> store;
    private final String model;
    private final String topic;

    /**
     * How far a task has come.
     *
     * @param perKey what says which model a record belongs to
     * @param architecture of every model
     * @param hyperparameters of every model
     * @param nextOffset what came before that offset is all in the store
     * @param keys models that have something in the store
     * @param maxKeys how many there could be
     * @param log that offsets are of: the topic's id, and behind an {@code @} the offset from which on it was another log
     *     than before; null in what was written before logs had an identity
     * @param images learned from before {@code nextOffset}, since they were first counted
     * @param checksum sum of these images' checksums
     */
    record Progress(
            String perKey,
            List<Integer> architecture,
            Hyperparameters hyperparameters,
            long nextOffset,
            long keys,
            long maxKeys,
            String log,
            long images,
            long checksum) {
        LogPosition from() {
            return new LogPosition(nextOffset, images, checksum);
        }

        /** Id of the topic that was read; empty where an earlier version has read it. */
        Optional<String> topicId() {
            return Optional.ofNullable(log).map(id -> id.split("@", 2)[0]);
        }

        /** Whether offsets that the manifest of a model tells are of that log. */
        boolean isSameLog(Manifest manifest, String topic) {
            return manifest.log() == null
                    ? !log.contains("@")
                    : log.equals(manifest.log().topics().get(topic));
        }

        Progress with(LogPosition from) {
            return new Progress(
                    perKey,
                    architecture,
                    hyperparameters,
                    from.offset(),
                    keys,
                    maxKeys,
                    log,
                    from.images(),
                    from.checksum());
        }

        Progress withLog(String other) {
            return new Progress(
                    perKey, architecture, hyperparameters, nextOffset, keys, maxKeys, other, images, checksum);
        }

        Progress withMaxKeys(long other) {
            return new Progress(perKey, architecture, hyperparameters, nextOffset, keys, other, log, images, checksum);
        }

        Progress withKeys(long other) {
            return new Progress(
                    perKey, architecture, hyperparameters, nextOffset, other, maxKeys, log, images, checksum);
        }

        /** @throws ModelException unless that is how the models were started */
        void requireStartedAlike(Progress other, String model) {
            if (!perKey.equals(other.perKey)
                    || !architecture.equals(other.architecture)
                    || !hyperparameters.equals(other.hyperparameters)) {
                throw new ModelException("model " + model + " was started with model-per-key=" + perKey + " layers="
                        + new Architecture(architecture) + " "
                        + hyperparameters.values().entrySet().stream()
                                .map(Map.Entry::toString)
                                .collect(Collectors.joining(" "))
                        + ": start it with these, or choose another --model name");
            }
        }
    }

    /**
     * @param model the name that all models have in common
     * @param topic of the images
     */
    KeyedStore(KeyValueStore<String, byte[]> store, String model, String topic) {
        this.store = store;
        this.model = model;
        this.topic = topic;
    }

    Optional<Progress> progress() {
        return Optional.ofNullable(store.get(PROGRESS)).map(json -> Json.read(json, Progress.class));
    }

    void put(Progress progress) {
        store.put(PROGRESS, Json.write(progress));
    }

    /** Behind the last record that had an effect when the last transaction was committed. */
    Optional<LogPosition> position() {
        return Optional.ofNullable(store.get(POSITION)).map(bytes -> LogPosition.get(ByteBuffer.wrap(bytes)));
    }

    void put(LogPosition position) {
        ByteBuffer buffer = ByteBuffer.allocate(LogPosition.BYTES);
        position.put(buffer);
        store.put(POSITION, buffer.array());
    }

    /**
     * Pending images that were dropped.
     *
     * @param keys that have nothing in the store any more
     */
    record Dropped(long images, long keys) {}

    /** Drops all pending images: they are of another log, so have no place among those that come. */
    Dropped dropImages() {
        List<String> dropped = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        try (KeyValueIterator<String, byte[]> all = store.all()) {
            while (all.hasNext()) {
                String key = all.next().key;
                int end = key.indexOf(IMAGE);
                if (end >= 0) {
                    dropped.add(key);
                    keys.add(key.substring(0, end));
                }
            }
        }
        dropped.forEach(store::delete);
        keys.removeIf(key -> manifest(key).isPresent());
        return new Dropped(dropped.size(), keys.size());
    }

    /** The model of that key, its learner and its stored images apart; null if nothing of it is here. */
    KeyedModel model(String key, byte[] keyBytes, Progress progress) {
        Optional<Manifest> manifest = manifest(key);
        List<KeyedModel.Image> images = new ArrayList<>();
        // Sixteen hexadecimal digits follow, all of which come before a 'g'.
        try (KeyValueIterator<String, byte[]> found = store.range(key + IMAGE, key + IMAGE + 'g')) {
            while (found.hasNext()) {
                KeyValue<String, byte[]> each = found.next();
                long offset = Long.parseLong(each.key.substring(key.length() + IMAGE.length()), 16);
                images.add(new KeyedModel.Image(each.value, offset, null));
            }
        }
        return manifest.isEmpty() && images.isEmpty()
                ? null
                : new KeyedModel(
                        key,
                        keyBytes,
                        manifest.filter(each -> progress.isSameLog(each, topic))
                                .map(Manifest::nextOffset)
                                .orElse(0L),
                        images);
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
     * Stores the state, and drops the stored images that it has been trained on.
     *
     * @param log that the model's offsets are of
     */
    void put(KeyedModel keyed, String log) {
        String prefix = keyed.key() + NUL;
        Checkpoint.store(snapshot(keyed, log), (name, value) -> store.put(prefix + name, value));
        keyed.setStored().forEach(offset -> store.delete(image(keyed.key(), offset)));
    }

    /** Of a model that has its learner in memory. */
    Checkpoint.Snapshot snapshot(KeyedModel keyed, String log) {
        Learner learner = keyed.learner();
        return Checkpoint.Snapshot.of(name(model, keyed), learner, Manifest.Steering.none(learner.hyperparameters()))
                .at(OptionalLong.of(keyed.nextOffset()))
                .with(new Manifest.Log(Map.of(topic, log), 0, 0, 0)); // the task counts images, not each model
    }

    void putImage(KeyedModel keyed, KeyedModel.Image image) {
        store.put(image(keyed.key(), image.offset()), image.greys());
    }

    private static String image(String key, long offset) {
        return key + IMAGE + String.format(Locale.ROOT, "%016x", offset);
    }

    /** For people, and in what is written: {@code model/key}. */
    static String name(String model, KeyedModel keyed) {
        return model + "/" + keyed.key();
    }
}
