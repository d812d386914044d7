package io.sparsestream.stream;

import java.util.OptionalLong;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** The images topic as the write-ahead log of learning: what was committed after the last checkpoint is read again. */
interface SourceLog {
    /** The offset up to which the trainer has committed its work; empty before its first commit. */
    OptionalLong committed(TopicPartition partition);

    /** The offset of the first record that retention has left. */
    long beginning(TopicPartition partition);

    /**
     * Reads the committed records from one offset up to another, excluded, in order.
     *
     * @throws TrainerException if retention has deleted some of them
     */
    void read(TopicPartition partition, long from, long to, Consumer<ConsumerRecord<byte[], byte[]>> records);
}
