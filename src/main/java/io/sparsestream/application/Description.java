package io.sparsestream.application;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * An application as people know it.
 *
 * @param who such as {@code model sparse}
 * @param servers where its brokers are
 * @param images topic of the images
 * @param read topics that it reads, each of which must remain the same one
 * @param written topics that it writes, which must be there
 * @param stateDirectory of Kafka Streams
 * @param ifReplaced what to do where a topic that it reads has been created again
 */
public record Description(
        String who,
        String servers,
        String images,
        Set<String> read,
        Set<String> written,
        Path stateDirectory,
        String ifReplaced) {
    /** All of them. */
    Set<String> topics() {
        Set<String> topics = new HashSet<>(read);
        topics.addAll(written);
        return topics;
    }
}
