package io.sparsestream.topic;

import io.sparsestream.model.ModelException;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;

/** Reads the source topic by a plain consumer that never joins the group. */
public final class KafkaSourceLog implements SourceLog {
    private static final Duration POLL = Duration.ofMillis(500);
    /** The group gives the partition to another trainer in less than that, if there is one. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Map<String, Object> kafka;
    private final String group;

    /** @param group whose committed offsets {@link #committed} tells */
    public KafkaSourceLog(Map<String, Object> kafka, String group) {
        this.kafka = kafka;
        this.group = group;
    }

    @Override
    public Map<String, String> topicIds(Set<String> topics) {
        return answered(() -> {
            try (Admin admin = Admin.create(kafka)) {
                Map<String, String> ids = new HashMap<>();
                admin.describeTopics(topics)
                        .allTopicNames()
                        .get()
                        .forEach((name, topic) -> ids.put(name, topic.topicId().toString()));
                return ids;
            } catch (ExecutionException e) {
                if (e.getCause() instanceof TimeoutException timeout) {
                    throw timeout;
                }
                throw new ModelException(
                        "topics " + topics + " cannot be described: "
                                + e.getCause().getMessage(),
                        e);
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        });
    }

    /**
     * Asks until the broker answers, each time by a new client: a task that starts while the broker is away waits for it, and
     * an old client may wait by a clock that was set.
     *
     * @throws TimeoutException if it does not for a long time
     */
    private static <T> T answered(Supplier<T> question) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return question.get();
            } catch (TimeoutException e) {
                if (System.nanoTime() - end > 0) {
                    throw e;
                }
            }
        }
    }

    @Override
    public Map<TopicPartition, Long> committed(Set<TopicPartition> partitions) {
        return committed(partitions, offset -> !InitialOffset.is(offset));
    }

    @Override
    public long initial(TopicPartition partition) {
        Long initial = committed(Set.of(partition), offset -> true).get(partition);
        return initial == null ? end(partition) : initial;
    }

    private Map<TopicPartition, Long> committed(Set<TopicPartition> partitions, Predicate<OffsetAndMetadata> isWanted) {
        return asked(consumer -> {
            Map<TopicPartition, Long> committed = new HashMap<>();
            consumer.committed(partitions).forEach((partition, found) -> {
                if (found != null && isWanted.test(found)) {
                    committed.put(partition, found.offset());
                }
            });
            return committed;
        });
    }

    @Override
    public long beginning(TopicPartition partition) {
        return asked(consumer -> consumer.beginningOffsets(Set.of(partition)).get(partition));
    }

    @Override
    public long end(TopicPartition partition) {
        return asked(consumer -> consumer.endOffsets(Set.of(partition)).get(partition));
    }

    @Override
    public Records records(TopicPartition partition, long from, long to) {
        return new Reading(consumer(), partition, from, to);
    }

    private <T> T asked(Function<KafkaConsumer<byte[], byte[]>, T> question) {
        return answered(() -> {
            try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
                return question.apply(consumer);
            }
        });
    }

    /** Reads what is committed, so {@code committed()} waits for the end of a transaction that a dead trainer left open. */
    private KafkaConsumer<byte[], byte[]> consumer() {
        return Consumers.committed(
                kafka,
                Map.of(
                        ConsumerConfig.GROUP_ID_CONFIG,
                        group,
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "none"));
    }

    private static final class Reading implements Records {
        private final KafkaConsumer<byte[], byte[]> consumer;
        private final TopicPartition partition;
        private final long from;
        private final long to;
        private Iterator<ConsumerRecord<byte[], byte[]>> polled = Collections.emptyIterator();
        private ConsumerRecord<byte[], byte[]> next; // null until looked for

        Reading(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long from, long to) {
            this.consumer = consumer;
            this.partition = partition;
            this.from = from;
            this.to = to;
            consumer.assign(List.of(partition));
            consumer.seek(partition, from);
        }

        @Override
        public boolean hasNext() {
            try {
                // Offsets have gaps, such as transaction markers: the position tells the end, not the records.
                while (next == null && (polled.hasNext() || consumer.position(partition) < to)) {
                    if (!polled.hasNext()) {
                        polled = consumer.poll(POLL).iterator();
                    } else {
                        ConsumerRecord<byte[], byte[]> record = polled.next();
                        next = record.offset() < to ? record : null;
                    }
                }
                return next != null;
            } catch (OffsetOutOfRangeException e) {
                throw new ModelException(
                        "retention deletes the records of " + partition + " between offset " + from + " and " + to
                                + " while they are read: raise the topic's retention, and start again",
                        e);
            }
        }

        @Override
        public ConsumerRecord<byte[], byte[]> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            ConsumerRecord<byte[], byte[]> record = next;
            next = null;
            return record;
        }

        @Override
        public void close() {
            consumer.close();
        }
    }
}
