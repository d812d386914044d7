package io.sparsestream.learn;

/**
 * What tells an image apart from the others of its stream.
 *
 * @param offset its place in the stream
 * @param key the one that it came with; empty if none
 * @param label its class, or {@link MiniBatch#UNLABELLED}
 */
public record SeenImage(long offset, String key, String label) {}
