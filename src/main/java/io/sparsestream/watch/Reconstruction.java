package io.sparsestream.watch;

import java.util.List;
import java.util.Optional;

/**
 * One reconstruction beside its original.
 *
 * @param key of both records
 * @param label of the image, or null
 * @param step of the model
 * @param mse mean squared error, as text
 * @param original uint8 pixels, row-major; null where retention has deleted the image
 * @param pixels uint8, row-major
 * @param values of a record that is no picture, which has no pixels; empty otherwise
 */
public record Reconstruction(
        String key,
        String label,
        String step,
        String mse,
        int rows,
        int columns,
        byte[] original,
        byte[] pixels,
        List<Value> values) {
    /**
     * One input, in its own units.
     *
     * @param name its field, or its number from 1 on
     * @param original empty where it is missing, or the record is gone
     */
    public record Value(String name, Optional<Float> original, float reconstruction) {}
}
