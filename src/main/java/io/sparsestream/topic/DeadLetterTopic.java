package io.sparsestream.topic;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.sparsestream.learn.Names;
import io.sparsestream.message.HeaderName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/** Reads what a model's trainer has set aside, and why. */
public final class DeadLetterTopic {
    /** Kinds of reasons that are told apart; a topic can hold any number of them. */
    static final int MOST_KINDS = 20;

    static final String OTHER = "other reasons";

    private static final Pattern NUMBER = Pattern.compile("(?<![A-Za-z_]{2}|\\d)\\d+(?:[.,]\\d+)*(?:[eE][-+]?\\d+)?");
    private static final Duration POLL = Duration.ofMillis(500);
    private static final String NO_REASON = "(no reason is given)";

    private DeadLetterTopic() {}

    /**
     * What is on the topic.
     *
     * @param records dead letters that were read
     * @param complete whether these are all that are there; otherwise there are more before them
     * @param reasons the kinds of reasons, the most frequent first
     * @param last the newest dead letters, the newest last
     */
    public record Report(
            long records,
            boolean complete,
            List<Kind> reasons,
            @JsonIgnore List<Letter> last) {}

    /**
     * Reasons that differ in their numbers alone.
     *
     * @param reason with N for each number
     * @param records dead letters that have one of them
     */
    public record Kind(String reason, long records) {}

    /**
     * One dead letter.
     *
     * @param source where the record stands that was set aside: {@code topic-partition@offset}
     * @param time when it was set aside, by the broker's clock
     * @param reason why
     * @param key null if it has none
     * @param value null if it has none
     */
    public record Letter(String source, Instant time, String reason, byte[] key, byte[] value) {
        private static Letter of(ConsumerRecord<byte[], byte[]> record) {
            return new Letter(
                    text(record, HeaderName.SOURCE_TOPIC, record.topic())
                            + "-" + text(record, HeaderName.SOURCE_PARTITION, Integer.toString(record.partition()))
                            + "@" + text(record, HeaderName.SOURCE_OFFSET, Long.toString(record.offset())),
                    Instant.ofEpochMilli(record.timestamp()),
                    text(record, HeaderName.REASON, NO_REASON),
                    record.key(),
                    record.value());
        }

        private static String text(ConsumerRecord<byte[], byte[]> record, String header, String without) {
            return Optional.ofNullable(HeaderName.text(record.headers(), header))
                    .map(Names::printable)
                    .orElse(without);
        }
    }

    /**
     * The dead letters of a model's trainer.
     *
     * @param most offsets at the end of each partition that are read
     * @param last dead letters of which more than the reason is told
     * @return empty if there is no such topic: no trainer of that model has run there
     */
    public static Optional<Report> read(Map<String, Object> kafka, Topics topics, long most, int last) {
        try (KafkaConsumer<byte[], byte[]> consumer = Consumers.committed(kafka)) {
            List<PartitionInfo> found = consumer.listTopics().get(topics.deadLetters());
            if (found == null) {
                return Optional.empty();
            }
            List<TopicPartition> partitions = found.stream()
                    .map(each -> new TopicPartition(each.topic(), each.partition()))
                    .toList();
            Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            boolean complete = true;
            for (TopicPartition partition : partitions) {
                long from = Math.max(beginnings.get(partition), ends.get(partition) - most);
                consumer.seek(partition, from);
                complete &= from == beginnings.get(partition);
            }
            Tally tally = new Tally(last);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(POLL).forEach(tally::add);
            }
            return Optional.of(tally.report(complete));
        }
    }

    /** A reason with N for each number, but those in names, such as uint8. */
    static String kind(String reason) {
        return NUMBER.matcher(reason).replaceAll("N");
    }

    /** Counts while it reads, and keeps little. */
    private static final class Tally {
        private final int most;
        private final Map<String, Long> kinds = new HashMap<>();
        private final Deque<Letter> last = new ArrayDeque<>();
        private long records;

        Tally(int most) {
            this.most = most;
        }

        void add(ConsumerRecord<byte[], byte[]> record) {
            Letter letter = Letter.of(record);
            String kind = kind(letter.reason());
            records++;
            kinds.merge(kinds.containsKey(kind) || kinds.size() < MOST_KINDS ? kind : OTHER, 1L, Long::sum);
            last.addLast(letter);
            if (last.size() > most) {
                last.removeFirst();
            }
        }

        Report report(boolean complete) {
            return new Report(
                    records,
                    complete,
                    kinds.entrySet().stream()
                            .map(kind -> new Kind(kind.getKey(), kind.getValue()))
                            .sorted(Comparator.comparing(Kind::records)
                                    .reversed()
                                    .thenComparing(Kind::reason))
                            .toList(),
                    last.stream().sorted(Comparator.comparing(Letter::time)).toList());
        }
    }
}
