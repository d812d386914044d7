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
 * @param nextOffset offset in the images topic of the first record that has not been trained on
 * @param tensors every array, in the order of the forward pass
 */
public record Manifest(
        String model,
        List<Integer> architecture,
        Hyperparameters hyperparameters,
        long step,
        long images,
        long nextOffset,
        List<Entry> tensors) {

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
