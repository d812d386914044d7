package io.sparsestream.topic;

import io.sparsestream.message.HeaderName;
import io.sparsestream.message.ImageDecoder;
import io.sparsestream.message.Reason;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * The newest records of a topic that fit a model, in the order in which they came: as many of each partition, but for those that
 * have fewer.
 *
 * @param records at least one
 * @param end offset behind the last record that was there, of partition 0
 */
public record NewestRecords(List<Found> records, long end) {
    private static final Duration POLL = Duration.ofMillis(500);

    /** Offsets that are read beyond those of the records that are wanted, for those of transactions and dead letters. */
    private static final int MORE = 16;

    /**
     * One record.
     *
     * @param values as {@link io.sparsestream.learn.MiniBatch#add(byte[], String)} takes them
     * @param label empty if it has none
     * @param shape such as {@code 28x28}
     */
    public record Found(int partition, long offset, long timestamp, byte[] values, String label, String shape) {}

    /**
     * Reads what is committed by now, and ends.
     *
     * @param most records that are wanted
     * @param decoder of records that fit
     * @throws IllegalArgumentException if there is no such topic, or nothing in it fits
     */
    public static NewestRecords read(Map<String, Object> kafka, String topic, int most, ImageDecoder decoder) {
        return read(kafka, topic, most, decoder, end -> end);
    }

    /**
     * The same of a topic of one partition as it was when it ended elsewhere.
     *
     * @param end offset where it ended
     */
    public static NewestRecords readTo(
            Map<String, Object> kafka, String topic, int most, ImageDecoder decoder, long end) {
        return read(kafka, topic, most, decoder, now -> Math.min(now, end));
    }

    private static NewestRecords read(
            Map<String, Object> kafka, String topic, int most, ImageDecoder decoder, ToLongFunction<Long> end) {
        try (KafkaConsumer<byte[], byte[]> consumer =
                Consumers.committed(kafka, Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"))) {
            List<PartitionInfo> partitions = consumer.listTopics().get(topic);
            if (partitions == null) {
                throw new IllegalArgumentException("there is no topic " + topic + ": choose another with --topic");
            }
            List<Tail> tails = partitions.stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .map(partition -> new Tail(consumer, partition, decoder, end))
                    .sorted(Comparator.comparing(tail -> tail.partition.partition()))
                    .toList();
            int share = (most - 1) / tails.size() + 1;
            for (Tail tail : tails) {
                tail.read(share);
            }
            // What some partitions do not have the others give.
            while (missing(tails, most) > 0 && tails.stream().anyMatch(tail -> !tail.isWhole)) {
                long left = tails.stream().filter(tail -> !tail.isWhole).count();
                share += (int) ((missing(tails, most) + left - 1) / left);
                for (Tail tail : tails) {
                    if (!tail.isWhole) {
                        tail.read(share);
                    }
                }
            }
            while (missing(tails, most) < 0) {
                tails.stream()
                        .max(Comparator.comparing(tail -> tail.found.size()))
                        .orElseThrow()
                        .found
                        .removeFirst();
            }
            List<Found> all = new ArrayList<>();
            tails.forEach(tail -> all.addAll(tail.found));
            if (all.isEmpty()) {
                throw new IllegalArgumentException("no record of topic " + topic + " fits"
                        + tails.stream()
                                .flatMap(tail -> tail.problem.stream())
                                .findFirst()
                                .map(problem -> ", the last for: " + problem.text())
                                .orElse(", for it is empty")
                        + ": choose another with --topic, or say what a record is with --input-format");
            }
            all.sort(Comparator.comparingLong(Found::timestamp)
                    .thenComparing(Found::partition)
                    .thenComparing(Found::offset));
            if (tails.size() == 1) { // whose order does not depend on clocks
                all.sort(Comparator.comparingLong(Found::offset));
            }
            return new NewestRecords(List.copyOf(all), tails.get(0).end);
        }
    }

    private static int missing(List<Tail> tails, int most) {
        return most - tails.stream().mapToInt(tail -> tail.found.size()).sum();
    }

    /** The end of a partition. */
    private static final class Tail {
        private final KafkaConsumer<byte[], byte[]> consumer;
        private final TopicPartition partition;
        private final ImageDecoder decoder;
        private final long beginning;
        private final long end;
        private final Deque<Found> found = new ArrayDeque<>();
        private Optional<Reason> problem = Optional.empty(); // of the last record that did not fit
        private boolean hasMore; // that fit, before those found
        private boolean isWhole; // whether these are all that fit

        Tail(
                KafkaConsumer<byte[], byte[]> consumer,
                TopicPartition partition,
                ImageDecoder decoder,
                ToLongFunction<Long> end) {
            this.consumer = consumer;
            this.partition = partition;
            this.decoder = decoder;
            beginning = consumer.beginningOffsets(List.of(partition)).get(partition);
            this.end = end.applyAsLong(consumer.endOffsets(List.of(partition)).get(partition));
        }

        /** Finds so many, or all that there are. */
        void read(int wanted) {
            consumer.assign(List.of(partition));
            for (long back = (long) wanted + MORE; ; back *= 2) {
                long from = Math.max(beginning, end - back);
                found.clear();
                hasMore = false;
                consumer.seek(partition, from);
                while (consumer.position(partition) < end) {
                    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                        take(record, wanted);
                    }
                }
                isWhole = from == beginning && !hasMore;
                if (from == beginning || found.size() >= wanted) {
                    return;
                }
            }
        }

        private void take(ConsumerRecord<byte[], byte[]> record, int wanted) {
            if (record.offset() >= end) {
                return;
            }
            Reason reason = decoder.problem(record.key(), record.value(), record.headers());
            if (reason != null) {
                problem = Optional.of(reason);
                return;
            }
            if (found.size() == wanted) {
                found.removeFirst();
                hasMore = true;
            }
            found.addLast(new Found(
                    record.partition(),
                    record.offset(),
                    record.timestamp(),
                    decoder.numbers(record.value(), record.headers()),
                    decoder.label(record.key(), record.value(), record.headers()),
                    Objects.requireNonNullElseGet(
                            HeaderName.text(record.headers(), HeaderName.SHAPE),
                            () -> ImageDecoder.shape(decoder.inputs()))));
        }
    }
}
