package io.sparsestream.watch;

/**
 * One reconstruction beside its original.
 *
 * @param key of both records
 * @param label of the image, or null
 * @param step of the model
 * @param mse mean squared error, as text
 * @param original uint8 pixels, row-major; null where retention has deleted the image
 * @param pixels uint8, row-major
 */
public record Reconstruction(
        String key, String label, String step, String mse, int rows, int columns, byte[] original, byte[] pixels) {}
