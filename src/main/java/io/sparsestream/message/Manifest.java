package io.sparsestream.message;

import io.sparsestream.learn.Hyperparameters;
import java.util.List;

/**
 * What the tensors of a checkpoint or a published model are, and where in the stream they stand.
 *
 * @param model the model's name
 * @param architecture layer sizes
 * @param hyperparameters with which it learns
 * @param step updates made
 * @param images images trained
 * @param nextOffset offset in the images topic of the first record that has not been trained on; -1 if none has come
 * @param tensors every array, in the order of the forward pass
 * @param steering what it was told while it learned; null, as in what was written before that was possible, if nothing
 */
public record Manifest(
        String model,
        List<Integer> architecture,
        Hyperparameters hyperparameters,
        long step,
        long images,
        long nextOffset,
        List<Entry> tensors,
        Steering steering) {

    public Manifest {
        steering = steering == null ? new Steering(hyperparameters, false, List.of()) : steering;
    }

    /** Of a model that was told nothing while it learned. */
    public Manifest(
            String model,
            List<Integer> architecture,
            Hyperparameters hyperparameters,
            long step,
            long images,
            long nextOffset,
            List<Entry> tensors) {
        this(model, architecture, hyperparameters, step, images, nextOffset, tensors, null);
    }

    /**
     * What a model was told while it learned.
     *
     * @param started hyperparameters that it was started with, before any were changed
     * @param paused whether it leaves the images alone until it is told to resume
     * @param kept checkpoints that it can go back to, the newest last, and that is this one; empty in what was written
     *     before there were several
     */
    public record Steering(Hyperparameters started, boolean paused, List<Kept> kept) {
        public Steering {
            kept = kept == null ? List.of() : List.copyOf(kept);
        }
    }

    /**
     * A checkpoint in the store.
     *
     * @param number counted from 1 on over the model's life; its arrays' keys begin with it
     * @param step updates made up to it; after a rollback several may have the same
     */
    public record Kept(long number, long step) {}

    /**
     * One array.
     *
     * @param dtype {@code float32} or {@code float64}, little-endian
     * @param chunks number of records: one has the tensor's name as key; more have {@code name/0}, {@code name/1} …
     * @param crc32c of all its bytes
     */
    public record Entry(String name, List<Integer> shape, String dtype, int chunks, long crc32c) {
        /** Size of the array in bytes. */
        public long bytes() {
            return shape.stream()
                    .mapToLong(Integer::longValue)
                    .reduce("float64".equals(dtype) ? Double.BYTES : Float.BYTES, (a, b) -> a * b);
        }
    }
}
