package io.sparsestream.stream;

import io.sparsestream.learn.MiniBatch;
import org.apache.kafka.common.header.Headers;

/**
 * An image as it came.
 *
 * @param values as {@link MiniBatch#add(byte[], String)} takes them
 * @param label its class, or {@link MiniBatch#UNLABELLED}; found while the record's headers are in the cache
 * @param checksum by {@link ImageChecksum}; found while the values are in the cache
 */
public record Image(byte[] values, String label, long checksum, Origin origin) {
    /**
     * The record that it came in, as far as its reconstruction needs that.
     *
     * @param timestamp of the image, by {@link ImageTime}
     * @param offset in the source partition
     * @param arrived wall-clock milliseconds
     */
    public record Origin(byte[] key, Headers headers, long timestamp, long offset, long arrived) {}
}
