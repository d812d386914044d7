package io.sparsestream.replay;

import java.util.Optional;

/**
 * A record on its way to a topic.
 *
 * @param epoch times that all records have been sent before it
 * @param shape of its numbers, such as {@code 28x28}
 * @param dtype what its value is, as the header of that name says
 */
record Outgoing(byte[] key, byte[] value, Optional<String> label, long epoch, String shape, String dtype) {
    /** Which record is at each position of a stream, from 0 on. */
    @FunctionalInterface
    interface Stream {
        Outgoing at(long position);
    }
}
