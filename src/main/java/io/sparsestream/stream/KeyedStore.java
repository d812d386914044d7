package io.sparsestream.stream;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
    private static final String IMAGE = NUL + "image" + NUL;

    private final KeyValueStore<String, byte[]> store;
    private final String model;

    /**
     * How far a task has come.
     *
     * @param perKey what says which model a record belongs to
     * @param architecture of every model
     * @param hyperparameters of every model
     * @param nextOffset what came before that offset is all in the store
     * @param keys models of which anything is in the store
     * @param maxKeys how many there could be
     */
    record Progress(
            String perKey,
            List<Integer> architecture,
            Hyperparameters hyperparameters,
            long nextOffset,
            long keys,
            long maxKeys) {
        Progress with(long nextOffset, long maxKeys) {
            return new Progress(perKey, architecture, hyperparameters, nextOffset, keys, maxKeys);
        }

        Progress withOneKeyMore() {
            return new Progress(perKey, architecture, hyperparameters, nextOffset, keys + 1, maxKeys);
        }

        /** @throws TrainerException unless that is how the models were started */
        void requireStartedAlike(Progress other, String model) {
            if (!perKey.equals(other.perKey)
                    || !architecture.equals(other.architecture)
                    || !hyperparameters.equals(other.hyperparameters)) {
                throw new TrainerException("model " + model + " was started with model-per-key=" + perKey + " layers="
                        + new Architecture(architecture) + " "
                        + hyperparameters.values().entrySet().stream()
                                .map(Map.Entry::toString)
                                .collect(Collectors.joining(" "))
                        + ": start it with these, or choose another --model name");
            }
        }
    }

    /** @param model the name that all models have in common */
    KeyedStore(KeyValueStore<String, byte[]> store, String model) {
        this.store = store;
        this.model = model;
    }

    Optional<Progress> progress() {
        return Optional.ofNullable(store.get(PROGRESS)).map(json -> Json.read(json, Progress.class));
    }

    void put(Progress progress) {
        store.put(PROGRESS, Json.write(progress));
    }

    /** The model of that key, its learner and its stored images apart; null if nothing of it is here. */
    KeyedModel model(String key, byte[] keyBytes) {
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
                        key, keyBytes, manifest.map(Manifest::nextOffset).orElse(0L), images);
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

    /** Stores the state, and drops the stored images that it has been trained on. */
    void put(KeyedModel keyed) {
        String prefix = keyed.key() + NUL;
        Checkpoint.write(
                name(model, keyed),
                keyed.learner(),
                keyed.nextOffset(),
                null,
                true,
                Checkpoint.Extra.NONE,
                (name, value) -> store.put(prefix + name, value));
        keyed.setStored().forEach(offset -> store.delete(image(keyed.key(), offset)));
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
