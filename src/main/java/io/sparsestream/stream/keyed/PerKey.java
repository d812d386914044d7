package io.sparsestream.stream.keyed;

/**
 * How a trainer keeps a model for each key.
 *
 * @param key what of a record says which model it belongs to
 * @param inMemory models that a task holds in memory; the others are in its store
 * @param maxKeys models that a task has at all
 */
public record PerKey(ModelKey key, int inMemory, long maxKeys) {
    /** @throws IllegalArgumentException if there could be no model */
    public PerKey {
        if (inMemory < 1) {
            throw new IllegalArgumentException("--max-models-in-memory must be at least 1, not " + inMemory);
        }
        if (maxKeys < 1) {
            throw new IllegalArgumentException("--max-keys must be at least 1, not " + maxKeys);
        }
    }
}
