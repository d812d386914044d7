package io.sparsestream.api;

import io.sparsestream.learn.Learner;
import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import io.sparsestream.model.Checkpoint;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The model of one task: its newest checkpoint in the form of a {@link Checkpoint}, and the vectors taken since, in order. Vectors have
 * places that are counted from each checkpoint on, so the next ones overwrite those that a new checkpoint knows: nothing
 * is deleted. A vector's number in the model's life, before its floats, tells which of them are of the present.
 */
final class TaskStore {
    private static final String VECTOR = "vector/";

    private final String name;
    private final KeyValueStore<String, byte[]> store;
    private final Learner learner;
    private long known; // vectors that the newest checkpoint knows
    private int vectors; // since then

    /** @param learner new, and of no others */
    TaskStore(String name, KeyValueStore<String, byte[]> store, Learner learner) {
        this.name = name;
        this.store = store;
        this.learner = learner;
    }

    /**
     * Copies the newest checkpoint, if there is one, into the learner, and hands out the vectors since then, in order.
     *
     * @throws IllegalStateException if it is of a model of other settings
     */
    void restore(Consumer<float[]> since) {
        byte[] json = store.get(Checkpoint.MANIFEST);
        if (json != null) {
            Manifest manifest = Json.read(json, Manifest.class);
            if (!Checkpoint.isStartedAlike(manifest, learner)) {
                throw new IllegalStateException("model " + name + " was started with " + Checkpoint.started(manifest)
                        + ": give it the same settings, or another name");
            }
            Checkpoint.restore(manifest, learner, Map.of(), store::get);
        }
        known = learner.state().images();
        for (Optional<float[]> vector = next(); vector.isPresent(); vector = next()) {
            vectors++;
            since.accept(vector.get());
        }
    }

    private Optional<float[]> next() {
        byte[] bytes = store.get(VECTOR + vectors);
        if (bytes == null) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (buffer.getLong() != known + vectors) {
            return Optional.empty(); // of an earlier checkpoint
        }
        float[] vector = new float[buffer.remaining() / Float.BYTES];
        buffer.asFloatBuffer().get(vector);
        return Optional.of(vector);
    }

    /**
     * Stores the learner before it gets its first vector, so that other settings are refused from then on. An earlier version may
     * have left vectors without it, which go on as they did.
     */
    void begin() {
        if (known + vectors == 0) {
            checkpoint();
        }
    }

    /** Stores a vector that the learner has got. */
    void add(float[] vector) {
        ByteBuffer buffer =
                ByteBuffer.allocate(Long.BYTES + vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(known + vectors).asFloatBuffer().put(vector);
        store.put(VECTOR + vectors, buffer.array());
        vectors++;
    }

    /** Since the newest checkpoint. */
    int vectors() {
        return vectors;
    }

    /** Stores the learner, which has made a step with the last vector if there was one. */
    void checkpoint() {
        Checkpoint.store(
                Checkpoint.Snapshot.of(name, learner, Manifest.Steering.none(learner.hyperparameters())), store::put);
        known = learner.state().images();
        vectors = 0;
    }
}
