package io.sparsestream.application;

import io.sparsestream.stream.ImageFlow;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * The usual clients, except that the main consumer can stop fetching images while it still fetches control records. Kafka
 * Streams pauses and resumes partitions itself, for its buffers; it must not resume those paused here.
 */
public final class PausableClients implements KafkaClientSupplier, ImageFlow {
    private final Set<TopicPartition> paused = ConcurrentHashMap.newKeySet();
    private final Set<AwakenedConsumer> open = ConcurrentHashMap.newKeySet();
    private final Set<AwakenedConsumer> waiting = ConcurrentHashMap.newKeySet();
    /** As Kafka's consumers have it. */
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);

    /** A topic that is deleted and created again is away for less only by chance. */
    private static final long SILENCE_NANOS = 1_000_000_000L;

    private final Set<Admin> asking = ConcurrentHashMap.newKeySet();
    private final Set<Producer<byte[], byte[]>> sending = ConcurrentHashMap.newKeySet();
    private volatile Runnable afterSilence = () -> {};
    private MainConsumer main; // null where Kafka Streams makes its own, as with group.protocol=streams

    /**
     * What is to be done before the first records of a partition are handed over, and the first after some time without any: the
     * consumer goes on at its offset in another topic of the same name, if that has taken the place of the one that was there.
     *
     * @param check throws if they must not be handed over
     */
    void afterSilence(Runnable check) {
        afterSilence = check;
    }

    /**
     * Ends every wait of a consumer, as if nothing had come, and every question to the broker, as if it had not answered: what
     * began before the wall clock was set back would go on until that has caught up. Nothing can be asked afterwards. On any
     * thread.
     */
    void wake() {
        waiting.forEach(KafkaConsumer::wakeup);
        asking.forEach(admin -> admin.close(Duration.ZERO));
        asking.clear();
    }

    /**
     * Ends every wait of a producer, whose open transaction is thus given up, and those that closing a consumer would begin:
     * a broker may be silent. Nothing can be sent afterwards. On any thread.
     */
    void giveUp() {
        sending.forEach(producer -> producer.close(Duration.ZERO));
        open.forEach(AwakenedConsumer::giveUp);
    }

    @Override
    public boolean canPause() {
        return main != null;
    }

    @Override
    public void pause(TopicPartition images) {
        if (main == null) {
            throw new IllegalArgumentException("pausing needs group.protocol=classic");
        }
        paused.add(images);
        if (main.assignment().contains(images)) {
            main.pause(List.of(images));
        }
    }

    @Override
    public void resume(TopicPartition images) {
        if (paused.remove(images) && main.assignment().contains(images)) {
            main.resume(List.of(images));
        }
    }

    @Override
    public void seek(TopicPartition partition, long offset) {
        if (main != null && main.assignment().contains(partition)) {
            main.seek(partition, offset);
        }
    }

    /** As by the last answer to a fetch; true where Kafka Streams has a consumer of its own, which cannot be asked. */
    @Override
    public boolean isAtEnd(TopicPartition images) {
        if (main == null) {
            return true;
        }
        OptionalLong lag = main.currentLag(images);
        return lag.isPresent() && lag.getAsLong() == 0;
    }

    @Override
    public Admin getAdmin(Map<String, Object> config) {
        Admin admin = Admin.create(config);
        asking.add(admin);
        return admin;
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        return new StoppableProducer(config);
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        main = new MainConsumer(config);
        return main;
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
        return new AwakenedConsumer(config);
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
        return getRestoreConsumer(config);
    }

    private final class StoppableProducer extends KafkaProducer<byte[], byte[]> {
        StoppableProducer(Map<String, Object> config) {
            super(config, new ByteArraySerializer(), new ByteArraySerializer());
            sending.add(this);
        }

        @Override
        public void close(Duration timeout) {
            sending.remove(this);
            super.close(timeout);
        }
    }

    /** Knows when it waits for the broker. */
    private class AwakenedConsumer extends KafkaConsumer<byte[], byte[]> {
        private volatile boolean givenUp;

        AwakenedConsumer(Map<String, Object> config) {
            super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            open.add(this);
        }

        void giveUp() {
            givenUp = true;
        }

        @Override
        public void close() {
            close(CloseOptions.timeout(CLOSE_LIMIT));
        }

        @Override
        public void close(CloseOptions options) {
            open.remove(this);
            super.close(givenUp ? options.withTimeout(Duration.ZERO) : options);
        }

        @Override
        public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            waiting.add(this);
            try {
                return super.poll(timeout);
            } catch (WakeupException e) {
                return ConsumerRecords.empty();
            } finally {
                waiting.remove(this);
            }
        }

        @Override
        public long position(TopicPartition partition) {
            waiting.add(this);
            try {
                return super.position(partition);
            } catch (WakeupException e) {
                throw new TimeoutException("woken while it waited for the position in " + partition, e);
            } finally {
                waiting.remove(this);
            }
        }
    }

    private final class MainConsumer extends AwakenedConsumer {
        private final Map<TopicPartition, Long> heardNanos = new HashMap<>(); // when the last records came

        MainConsumer(Map<String, Object> config) {
            super(config);
        }

        /**
         * Whoever was stopped, or busy for long, or could not reach the broker, may have missed that a topic was replaced. The
         * polls that bring nothing tell nothing: such is the first one after each of these.
         */
        @Override
        public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
            long now = System.nanoTime();
            if (records.partitions().stream().anyMatch(partition -> isSilent(partition, now))) {
                afterSilence.run();
            }
            long heard = System.nanoTime();
            records.partitions().forEach(partition -> heardNanos.put(partition, heard));
            return records;
        }

        private boolean isSilent(TopicPartition partition, long now) {
            Long heard = heardNanos.get(partition);
            return heard == null || now - heard > SILENCE_NANOS;
        }

        @Override
        public void resume(Collection<TopicPartition> partitions) {
            super.resume(
                    paused.isEmpty()
                            ? partitions
                            : partitions.stream()
                                    .filter(partition -> !paused.contains(partition))
                                    .toList());
        }
    }
}
