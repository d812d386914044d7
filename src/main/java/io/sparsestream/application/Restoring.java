package io.sparsestream.application;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;

/** Whether Kafka Streams is reading the checkpoint topic; set by its thread. */
final class Restoring implements StateRestoreListener {
    private volatile boolean now;

    boolean isNow() {
        return now;
    }

    @Override
    public void onRestoreStart(TopicPartition partition, String store, long from, long to) {
        now = true;
    }

    @Override
    public void onBatchRestored(TopicPartition partition, String store, long through, long count) {}

    @Override
    public void onRestoreEnd(TopicPartition partition, String store, long count) {
        now = false;
    }

    @Override
    public void onRestoreSuspended(TopicPartition partition, String store, long count) {
        now = false;
    }
}
