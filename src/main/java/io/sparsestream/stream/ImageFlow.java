package io.sparsestream.stream;

import org.apache.kafka.common.TopicPartition;

/** Whether images are fetched. Used on the stream thread. */
interface ImageFlow {
    /**
     * Fetches no more of a partition; some that have been fetched may still come.
     *
     * @throws IllegalArgumentException if that is not possible
     */
    void pause(TopicPartition images);

    void resume(TopicPartition images);

    /** Whether all images of a partition that are known of have been fetched. */
    boolean isAtEnd(TopicPartition images);
}
