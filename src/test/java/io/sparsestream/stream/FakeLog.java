package io.sparsestream.stream;

import io.sparsestream.topic.SourceLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.test.TestRecord;

/** What was piped, by partition and offset. */
public final class FakeLog implements SourceLog {
    private final Map<TopicPartition, List<TestRecord<byte[], byte[]>>> records = new HashMap<>();
    private final Map<TopicPartition, Long> committed = new HashMap<>();
    private final Map<String, String> ids = new HashMap<>();
    private long beginning;
    private long end = Long.MAX_VALUE;

    public void add(TopicPartition partition, TestRecord<byte[], byte[]> record) {
        records(partition).add(record);
    }

    public List<TestRecord<byte[], byte[]>> records(TopicPartition partition) {
        return records.computeIfAbsent(partition, none -> new ArrayList<>());
    }

    public void commit(TopicPartition partition, long offset) {
        committed.put(partition, offset);
    }

    /** Retention has deleted everything before. */
    public void startAt(long offset) {
        beginning = offset;
    }

    /** The topic was deleted and created again, with nothing in it. */
    public void recreate(String topic) {
        ids.put(topic, topicIds(Set.of(topic)).get(topic) + " again");
        records.keySet().removeIf(partition -> partition.topic().equals(topic));
    }

    /** The log has lost what stood from that offset on. */
    public void endAt(long offset) {
        end = offset;
        records.values()
                .forEach(each -> each.subList((int) Math.min(offset, each.size()), each.size())
                        .clear());
    }

    /** The broker has forgotten the group's offsets. */
    public void clearCommitted() {
        committed.clear();
    }

    public void clear() {
        records.clear();
        committed.clear();
    }

    @Override
    public Map<String, String> topicIds(Set<String> topics) {
        Map<String, String> found = new HashMap<>();
        topics.forEach(topic -> found.put(topic, ids.getOrDefault(topic, "id of " + topic)));
        return found;
    }

    @Override
    public long end(TopicPartition partition) {
        return Math.min(end, Math.max(records(partition).size(), committed.getOrDefault(partition, 0L)));
    }

    @Override
    public Map<TopicPartition, Long> committed(Set<TopicPartition> partitions) {
        Map<TopicPartition, Long> found = new HashMap<>(committed);
        found.keySet().retainAll(partitions);
        return found;
    }

    @Override
    public long initial(TopicPartition partition) {
        return end(partition);
    }

    @Override
    public long beginning(TopicPartition partition) {
        return beginning;
    }

    @Override
    public Records records(TopicPartition partition, long from, long to) {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        for (int offset = (int) from; offset < to; offset++) {
            TestRecord<byte[], byte[]> record = records(partition).get(offset);
            if (record != null) { // else compaction has taken it
                found.add(record(partition, offset, record));
            }
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
