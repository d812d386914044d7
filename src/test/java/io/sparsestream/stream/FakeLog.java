package io.sparsestream.stream;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.test.TestRecord;

/** What was piped, by partition and offset. */
final class FakeLog implements SourceLog {
    private final Map<TopicPartition, List<TestRecord<byte[], byte[]>>> records = new HashMap<>();
    private final Map<TopicPartition, Long> committed = new HashMap<>();
    private long beginning;

    void add(TopicPartition partition, TestRecord<byte[], byte[]> record) {
        records(partition).add(record);
    }

    List<TestRecord<byte[], byte[]>> records(TopicPartition partition) {
        return records.computeIfAbsent(partition, none -> new ArrayList<>());
    }

    void commit(TopicPartition partition, long offset) {
        committed.put(partition, offset);
    }

    /** Retention has deleted everything before. */
    void startAt(long offset) {
        beginning = offset;
    }

    void clear() {
        records.clear();
        committed.clear();
    }

    @Override
    public OptionalLong committed(TopicPartition partition) {
        Long offset = committed.get(partition);
        return offset == null ? OptionalLong.empty() : OptionalLong.of(offset);
    }

    @Override
    public long beginning(TopicPartition partition) {
        return beginning;
    }

    @Override
    public Records records(TopicPartition partition, long from, long to) {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        for (int offset = (int) from; offset < to; offset++) {
            found.add(record(partition, offset, records(partition).get(offset)));
        }
        Iterator<ConsumerRecord<byte[], byte[]>> iterator = found.iterator();
        return new Records() {
            @Override
            public boolean hasNext() {
                return iterator.hasNext();
            }

            @Override
            public ConsumerRecord<byte[], byte[]> next() {
                return iterator.next();
            }

            @Override
            public void close() {}
        };
    }

    private static ConsumerRecord<byte[], byte[]> record(
            TopicPartition partition, long offset, TestRecord<byte[], byte[]> record) {
        return new ConsumerRecord<>(
                partition.topic(),
                partition.partition(),
                offset,
                0,
                TimestampType.CREATE_TIME,
                0,
                0,
                record.key(),
                record.value(),
                record.headers(),
                Optional.empty());
    }
}
