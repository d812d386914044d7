package io.sparsestream.stream.keyed;

import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.StepResult;
import io.sparsestream.message.Activations;
import io.sparsestream.message.Anomaly;
import io.sparsestream.message.Json;
import io.sparsestream.message.Reason;
import io.sparsestream.model.Checkpoint;
import io.sparsestream.stream.Image;
import io.sparsestream.stream.Output;
import io.sparsestream.topic.ModelTopic;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.processor.api.Record;

/** What a task of models by key emits. Whatever that is, the store is told, since the position belongs into its transaction. */
final class KeyedEmission {
    private final int partition;
    private final Output output;
    private final KeyedStore store;
    private final KeyedListener listener;
    private final LongSupplier clock;

    /**
     * @param partition of the images topic
     * @param clock wall-clock milliseconds
     */
    KeyedEmission(int partition, Output output, KeyedStore store, KeyedListener listener, LongSupplier clock) {
        this.partition = partition;
        this.output = output;
        this.store = store;
        this.listener = listener;
        this.clock = clock;
    }

    /**
     * Emits the reconstructions of a model's images.
     *
     * @param first place of the first image in its mini-batch
     * @param step updates before the forward pass
     * @param key of the model
     */
    void reconstructions(List<Image> images, int first, ForwardPass forward, long step, byte[] key) {
        long now = clock.getAsLong();
        for (int i = 0; i < images.size(); i++) {
            Image image = images.get(i);
            Optional<Anomaly> anomaly = output.reconstruction(image, forward, first + i, step, key);
            listener.onReconstruction(now - image.origin().timestamp());
            if (anomaly.isPresent()) {
                listener.onAnomaly(anomaly.get(), image.origin().timestamp());
            }
        }
        store.emitted();
    }

    /**
     * Emits the state of learning.
     *
     * @param model its qualified name
     */
    void activations(String model, StepResult result, Learner learner) {
        output.activations(model, Json.write(Activations.of(model, result, learner)));
        store.emitted();
    }

    /** Sets a record aside that belongs to no model. */
    void deadLetter(Record<byte[], byte[]> record, long offset, Reason reason) {
        output.deadLetter(record, offset, reason);
        listener.onDeadLetter(reason);
        store.emitted();
    }

    /** Publishes the parameters of that key's model. */
    void publish(String key, Checkpoint.Snapshot snapshot) {
        Checkpoint.publish(
                snapshot, (tensor, value) -> output.parameters(ModelTopic.key(partition, key, tensor), value));
        store.emitted();
    }
}
