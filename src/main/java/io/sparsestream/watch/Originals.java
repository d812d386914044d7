package io.sparsestream.watch;

import io.sparsestream.message.Unit;
import io.sparsestream.topic.Consumers;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/** Reads single images by where they stand, {@code topic-partition@offset}. */
public final class Originals implements AutoCloseable {
    private static final Pattern SOURCE = Pattern.compile("([a-zA-Z0-9._-]{1,249})-(\\d{1,9})@(\\d{1,18})");
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final KafkaConsumer<byte[], byte[]> images;
    private final Set<String> topics = new HashSet<>(); // that are there, as far as is known

    public Originals(Map<String, Object> kafka) {
        images = Consumers.committed(
                kafka,
                Map.of(
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "none",
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        1,
                        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                        4096)); // a batch at least, but not many
    }

    /** The record that stands there; empty if it is gone, or the source is no such text. */
    public Optional<ConsumerRecord<byte[], byte[]>> at(String source) {
        Matcher matcher = SOURCE.matcher(String.valueOf(source));
        if (!matcher.matches()) {
            return Optional.empty();
        }
        TopicPartition from = new TopicPartition(matcher.group(1), Integer.parseInt(matcher.group(2)));
        long offset = Long.parseLong(matcher.group(3));
        if (!topics.contains(from.topic())) {
            topics.addAll(images.listTopics().keySet());
        }
        if (!topics.contains(from.topic())) {
            return Optional.empty(); // for which a poll would wait until its limit
        }
        images.assign(List.of(from));
        images.seek(from, offset);
        try {
            for (ConsumerRecord<byte[], byte[]> record : images.poll(LIMIT)) {
                if (record.offset() == offset) {
                    return Optional.of(record);
                }
            }
        } catch (OffsetOutOfRangeException e) {
            return Optional.empty(); // retention has been there
        }
        topics.remove(from.topic()); // it may be there no more
        return Optional.empty();
    }

    /** The image, as long as it stands where it stood: a topic that was created again has others there. */
    public Optional<OriginalImage> of(Unit.Top image) {
        return at(image.source())
                .filter(record ->
                        record.value() != null && Unit.Top.key(record.key()).equals(image.key()))
                .flatMap(OriginalImage::of);
    }

    /** Makes a call of {@link #at} on another thread end with a WakeupException. */
    void wakeup() {
        images.wakeup();
    }

    @Override
    public void close() {
        images.close();
    }
}
