package io.sparsestream.stream;

import org.apache.kafka.common.TopicPartition;

/** What the task may ask of the consumer that fetches its records. Used on the stream thread. */
public interface ImageFlow {
    /** Whether fetching can be stopped. */
    boolean canPause();

    /**
     * Fetches no more of a partition; some that have been fetched may still come.
     *
     * @throws IllegalArgumentException if that is not possible
     */
    void pause(TopicPartition images);

    void resume(TopicPartition images);

    /**
     * Goes on with the record at that offset. Where that is not possible, the task may be handed earlier records again.
     */
    void seek(TopicPartition partition, long offset);

    /** Whether all images of a partition that are known of have been fetched. */
    boolean isAtEnd(TopicPartition images);
}
