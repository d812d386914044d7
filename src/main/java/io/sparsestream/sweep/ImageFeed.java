package io.sparsestream.sweep;

import io.sparsestream.message.ImageDecoder;
import io.sparsestream.message.InputFormat;
import io.sparsestream.topic.Consumers;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/** The images of a topic in their order, by a consumer of no group. Records that are not images are passed over. */
final class ImageFeed implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long PATIENCE_NANOS = 5_000_000_000L;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Admin admin;
    private final String topic;
    private final String topicId;
    private final ImageDecoder decoder;
    private final Consumer<String> report;
    private final Queue<ConsumerRecord<byte[], byte[]>> fetched = new ArrayDeque<>();
    private long position;
    private long end = Long.MAX_VALUE; // offset of the first record that is not to be read

    /**
     * @param pixels of every image
     * @param format of the records
     * @param from offset of the first record to read, or -1 for the earliest there is
     * @param expectedId of the topic that was read before; empty where none was, or an earlier version has read it
     * @param report is told when images are waited for
     * @throws IOException if the topic is not there, has several partitions, or is not the one that was read before
     */
    ImageFeed(
            Map<String, Object> kafka,
            String topic,
            int pixels,
            InputFormat format,
            long from,
            Optional<String> expectedId,
            Consumer<String> report)
            throws IOException {
        this.topic = topic;
        this.report = report;
        decoder = new ImageDecoder(pixels, format);
        consumer = Consumers.committed(kafka, Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none"));
        List<PartitionInfo> partitions = consumer.listTopics().get(topic);
        if (partitions == null || partitions.size() != 1) {
            consumer.close();
            throw new IOException(
                    partitions == null
                            ? "there is no topic " + topic + ": start a replay, or choose another with --topic"
                            : "topic " + topic + " has " + partitions.size() + " partitions: a sweep reads one");
        }
        TopicPartition partition = new TopicPartition(topic, 0);
        consumer.assign(List.of(partition));
        admin = Admin.create(kafka);
        topicId = expectedId.isPresent() ? expectedId.get() : id();
        try {
            requireSame();
        } catch (IOException e) {
            close();
            throw e;
        }
        long end = consumer.endOffsets(List.of(partition)).get(partition);
        if (from > end) {
            close();
            throw new IOException("topic " + topic + " ends at offset " + end
                    + ", but the sweep has read it up to offset " + from + ": start it again with another --dir");
        }
        if (from < 0) {
            consumer.seekToBeginning(List.of(partition));
            position = consumer.position(partition);
        } else {
            consumer.seek(partition, from);
            position = from;
        }
    }

    private String id() throws IOException {
        try {
            return admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get()
                    .get(topic)
                    .topicId()
                    .toString();
        } catch (ExecutionException e) {
            throw new IOException(
                    "topic " + topic + " cannot be described: " + e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while topic " + topic + " was described");
        }
    }

    /**
     * To be asked before what was read is kept: the consumer goes on at its offset in another topic of the same name.
     *
     * @throws IOException if the topic is not the one that was read before
     */
    void requireSame() throws IOException {
        String found = id();
        if (!found.equals(topicId)) {
            throw new IOException("topic " + topic
                    + " was deleted and created again: the sweep has learned from the one" + " with the id " + topicId
                    + ", this one is " + found + ": start it again with another --dir");
        }
    }

    /** Id of the topic: another one of the same name has another. */
    String topicId() {
        return topicId;
    }

    /** Lets nothing be read from that offset on. */
    void endAt(long offset) {
        end = offset;
    }

    /**
     * The next images; waits for those that are not there yet.
     *
     * @throws IOException if retention has deleted the next one, or nothing more is to be read
     */
    void read(int count, List<byte[]> images) throws IOException {
        images.clear();
        long waiting = System.nanoTime();
        while (images.size() < count) {
            ConsumerRecord<byte[], byte[]> record = fetched.poll();
            if (record != null && record.offset() >= end) {
                throw new IOException("the trials have learned from all of topic " + topic + " up to offset " + end
                        + ", from where on it is for judging them: give fewer --steps, or a smaller --last");
            }
            if (record != null) {
                position = record.offset() + 1;
                if (decoder.problem(record.key(), record.value(), record.headers()) == null) {
                    images.add(decoder.numbers(record.value(), record.headers()));
                }
                waiting = System.nanoTime();
                continue;
            }
            try {
                consumer.poll(POLL).forEach(fetched::add);
            } catch (OffsetOutOfRangeException e) {
                requireSame();
                throw new IOException(
                        "retention has deleted offset " + position + " of topic " + topic
                                + ", where the sweep was to go on: start it again with another --dir",
                        e);
            }
            if (fetched.isEmpty() && System.nanoTime() - waiting > PATIENCE_NANOS) {
                report.accept("waiting for images: topic " + topic + " ends at offset " + position
                        + "; replay more, or stop and go on later");
                waiting = Long.MAX_VALUE; // says it once
            }
        }
    }

    /** Offset of the first record that has not been read. */
    long position() {
        return position;
    }

    @Override
    public void close() {
        consumer.close();
        admin.close();
    }
}
