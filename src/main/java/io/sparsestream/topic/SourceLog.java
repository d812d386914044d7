package io.sparsestream.topic;

import io.sparsestream.model.ModelException;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** The source topics as the write-ahead log of learning: what was committed after the last checkpoint is read again. */
public interface SourceLog {
    /**
     * The ids of topics. A topic that was deleted and created again has another one.
     *
     * @return by name
     */
    Map<String, String> topicIds(Set<String> topics);

    /**
     * The offsets up to which the group has committed its work. A partition is missing before its first commit, and where
     * the broker has forgotten it. May wait until the transaction of a dead predecessor is decided.
     */
    Map<TopicPartition, Long> committed(Set<TopicPartition> partitions);

    /**
     * Where a new model begins in a partition: what is said to it while it starts stands behind what was committed before its trainer
     * started ({@link InitialOffset}), and what is said while no trainer runs behind what one has committed that has seen no
     * image. The end of the partition where nothing was committed.
     */
    long initial(TopicPartition partition);

    /** The offset of the first record that retention has left. */
    long beginning(TopicPartition partition);

    /** The offset behind the last committed record. */
    long end(TopicPartition partition);

    /**
     * The committed records from one offset up to another, excluded, in order; to be closed.
     *
     * @throws ModelException here, or while they are read, if retention has deleted some of them
     */
    Records records(TopicPartition partition, long from, long to);

    /** Reads all of them. */
    default void read(TopicPartition partition, long from, long to, Consumer<ConsumerRecord<byte[], byte[]>> consumer) {
        try (Records records = records(partition, from, to)) {
            records.forEachRemaining(consumer);
        }
    }

    /** Records while they are read. */
    interface Records extends Iterator<ConsumerRecord<byte[], byte[]>>, AutoCloseable {
        @Override
        void close();
    }
}
