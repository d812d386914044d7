package io.sparsestream.stream.single;

import io.sparsestream.learn.ForwardPass;
import io.sparsestream.message.Anomaly;
import io.sparsestream.message.Reason;
import io.sparsestream.stream.Image;
import io.sparsestream.stream.LogPosition;
import io.sparsestream.stream.Output;
import io.sparsestream.stream.PendingBatch;
import io.sparsestream.stream.TrainingListener;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Emits one reconstruction for each image and one dead letter for each other record. How far that has come is stored in the
 * transaction that emits, so that a restart emits nothing twice, whatever offsets the broker remembers.
 */
final class Emission {
    private static final String KEY = "emitted";

    private final ProcessorContext<byte[], byte[]> context;
    private final KeyValueStore<String, byte[]> store;
    private final Output output;
    private final TrainingListener listener;
    private LogPosition done = LogPosition.beginning(0);
    private long deadLetters; // records below this offset have been set aside if they are no images

    Emission(
            ProcessorContext<byte[], byte[]> context,
            KeyValueStore<String, byte[]> store,
            Output output,
            TrainingListener listener) {
        this.context = context;
        this.store = store;
        this.output = output;
        this.listener = listener;
    }

    /**
     * What the last transaction that was committed has stored.
     *
     * @param done behind the images that had their reconstruction
     * @param deadLetters records below this offset have been set aside if they are no images
     */
    record Stored(LogPosition done, long deadLetters) {
        /** Records below this offset have been handed over. */
        long handedOver() {
            return Math.max(done.offset(), deadLetters);
        }
    }

    /** Empty before the first image. */
    Optional<Stored> stored() {
        byte[] stored = store.get(KEY);
        if (stored == null) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(stored);
        // The offset alone was stored before images were counted.
        return Optional.of(
                buffer.remaining() == Long.BYTES
                        ? new Stored(LogPosition.beginning(buffer.getLong()), 0)
                        : new Stored(LogPosition.get(buffer), buffer.getLong()));
    }

    /**
     * Goes on from there.
     *
     * @param handedOver records below this offset need not be set aside any more
     */
    void resume(LogPosition position, long handedOver) {
        done = position;
        deadLetters = handedOver;
    }

    /** Behind the images that have had their reconstruction. */
    LogPosition done() {
        return done;
    }

    /** Emits the reconstructions of the batch's images that have had none. */
    void emit(PendingBatch batch, ForwardPass forward, long step) {
        long now = context.currentSystemTimeMs();
        List<Image> images = batch.images();
        for (int i = 0; i < images.size(); i++) {
            Image.Origin origin = images.get(i).origin();
            if (origin.offset() >= done.offset()) {
                Optional<Anomaly> anomaly = output.reconstruction(images.get(i), forward, i, step);
                listener.onReconstruction(now - origin.timestamp());
                if (anomaly.isPresent()) {
                    listener.onAnomaly(anomaly.get(), origin.timestamp());
                }
            }
        }
        done = batch.after(done);
        store();
    }

    /** Sets a record aside that is no image, unless that was done before. */
    void deadLetter(Record<byte[], byte[]> record, long offset, Reason problem) {
        if (offset < deadLetters) {
            return;
        }
        output.deadLetter(record, offset, problem);
        listener.onDeadLetter(problem);
        deadLetters = offset + 1;
        store();
    }

    /** Whether the first pending image that has had no reconstruction has waited for one long enough. */
    boolean isOverdue(PendingBatch pending, long now, long limitMillis) {
        for (Image image : pending.images()) {
            if (image.origin().offset() >= done.offset()) {
                return now - image.origin().arrived() >= limitMillis;
            }
        }
        return false;
    }

    /** Stores how far it has come, in the running transaction. */
    void store() {
        ByteBuffer buffer = ByteBuffer.allocate(LogPosition.BYTES + Long.BYTES);
        done.put(buffer);
        store.put(KEY, buffer.putLong(deadLetters).array());
    }
}
