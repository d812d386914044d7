package io.sparsestream.stream.keyed;

import io.sparsestream.message.InputFormat;
import io.sparsestream.stream.LogPosition;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The models of a task. Those in memory and those that are unsaved are held; the others are in the store alone. A model is
 * unsaved from the first image on that neither its stored state nor the store knows.
 */
final class Models {
    private final String family;
    private final int batchSize;
    private final InputFormat input;
    private final KeyedStore store;
    private final Learners learners;
    private final Map<String, Unsaved> unsaved = new LinkedHashMap<>(); // by key, in the order in which they came to be

    /**
     * A model that is not all in the store.
     *
     * @param from what came before that is all in the store
     * @param sinceMillis wall-clock milliseconds
     */
    record Unsaved(KeyedModel model, LogPosition from, long sinceMillis) {}

    /**
     * @param family the name that all models have in common
     * @param batchSize images of a mini-batch
     * @param input what the records are
     */
    Models(String family, int batchSize, InputFormat input, KeyedStore store, Learners learners) {
        this.family = family;
        this.batchSize = batchSize;
        this.input = input;
        this.store = store;
        this.learners = learners;
    }

    /**
     * The model of that key, a new one if need be; empty if there are as many as there may be.
     *
     * @param key UTF-8
     * @param offset of its record
     */
    Optional<KeyedModel> find(byte[] key, long offset, long most) {
        String text = new String(key, StandardCharsets.UTF_8);
        Optional<KeyedModel> held = held(text);
        if (held.isPresent()) {
            return held;
        }
        Optional<KeyedStore.StoredModel> stored = store.find(text);
        if (stored.isEmpty()) {
            if (store.keys() >= most) {
                return Optional.empty();
            }
            store.begin(text, offset);
        }
        return Optional.of(model(text, key, stored));
    }

    /**
     * The model that a record of the gap was an image of; empty if there was none when it came first.
     *
     * @param key UTF-8
     * @param offset of the record
     */
    Optional<KeyedModel> findAgain(byte[] key, long offset) {
        String text = new String(key, StandardCharsets.UTF_8);
        return held(text)
                .or(() -> store.find(text)
                        .filter(stored -> stored.beginning() <= offset)
                        .map(stored -> model(text, key, Optional.of(stored))));
    }

    private Optional<KeyedModel> held(String key) {
        Optional<KeyedModel> inMemory = learners.use(key);
        return inMemory.isPresent()
                ? inMemory
                : Optional.ofNullable(unsaved.get(key)).map(Unsaved::model);
    }

    private KeyedModel model(String text, byte[] key, Optional<KeyedStore.StoredModel> stored) {
        return new KeyedModel(family, text, key, batchSize, input, stored);
    }

    boolean isUnsaved(KeyedModel model) {
        return unsaved.containsKey(model.key());
    }

    /**
     * A model that was saved has an image that is not.
     *
     * @param from where the image stands
     */
    void addUnsaved(KeyedModel model, LogPosition from, long nowMillis) {
        unsaved.put(model.key(), new Unsaved(model, from, nowMillis));
    }

    /** Models that are unsaved, in the order in which they came to be. */
    List<KeyedModel> unsaved() {
        return unsaved.values().stream().map(Unsaved::model).toList();
    }

    int unsavedCount() {
        return unsaved.size();
    }

    /** The model that is unsaved for the longest time. */
    Optional<Unsaved> oldestUnsaved() {
        return unsaved.values().stream().findFirst();
    }

    void removeUnsaved(KeyedModel model) {
        unsaved.remove(model.key());
    }

    /** Those that are all in the store by now are unsaved no more. */
    void removeSaved() {
        unsaved.values().removeIf(each -> each.model().isSaved());
    }
}
