package io.sparsestream.topic;

import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import io.sparsestream.message.PublishedModel;
import io.sparsestream.model.Checkpoint;
import io.sparsestream.model.ModelException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a model's topic on a thread of its own. A model is published as one transaction, its manifest last; it replaces
 * the one before only when all its tensors are there and match their checksums, so whoever asks always gets a whole one.
 */
public final class NewestModel implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NewestModel.class);
    private static final Duration POLL = Duration.ofSeconds(1);

    private final String topic;
    private final Map<String, Object> kafka;
    private final Map<String, byte[]> values = new HashMap<>(); // the thread's
    private final CompletableFuture<PublishedModel> first = new CompletableFuture<>();
    private final CompletableFuture<Void> failed = new CompletableFuture<>();
    private final Thread thread = new Thread(this::run, "newest-model");
    private volatile PublishedModel newest;
    private volatile KafkaConsumer<byte[], byte[]> consumer;
    private volatile boolean closed;
    private Optional<String> incomplete = Optional.empty(); // problem of the newest model that was read

    private NewestModel(String topic, Map<String, Object> kafka) {
        this.topic = topic;
        this.kafka = kafka;
        consumer = newConsumer();
    }

    private KafkaConsumer<byte[], byte[]> newConsumer() {
        return Consumers.committed(kafka, Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"));
    }

    /** Starts following. */
    public static NewestModel follow(Map<String, Object> kafka, String model) {
        String topic = new Topics(model).parameters();
        NewestModel newest = new NewestModel(topic, kafka);
        newest.thread.setDaemon(true);
        newest.thread.start();
        return newest;
    }

    /** Completes with the first model that there is. */
    public CompletableFuture<PublishedModel> first() {
        return first;
    }

    /** Completes exceptionally if the topic cannot be read any more; never completes otherwise. */
    public CompletableFuture<Void> failed() {
        return failed;
    }

    /** The newest whole model, or null before the first. */
    public PublishedModel get() {
        return newest;
    }

    /** Follows by a new consumer, from the beginning: the clock that the old one waits by has been set back. */
    public void reopen() {
        consumer.wakeup();
    }

    private void run() {
        try {
            follow(consumer);
            while (!closed) {
                consumer.close();
                consumer = newConsumer();
                follow(consumer);
            }
        } catch (RuntimeException | Error e) { // whoever waits for a model would wait for ever
            first.completeExceptionally(e);
            failed.completeExceptionally(e);
        } finally {
            consumer.close();
        }
    }

    private void follow(KafkaConsumer<byte[], byte[]> current) {
        try {
            TopicPartition partition = new TopicPartition(topic, 0);
            current.assign(List.of(partition));
            while (!closed) {
                current.poll(POLL).forEach(this::take);
                if (current.currentLag(partition).orElse(1) == 0) {
                    tellIfIncomplete();
                }
            }
        } catch (WakeupException e) {
            // closed, or to be opened again
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
        values.put(key, record.value());
        if (!key.equals(Checkpoint.MANIFEST) || record.value() == null) {
            return;
        }
        try {
            Manifest manifest = Json.read(record.value(), Manifest.class);
            newest = ModelTopic.assemble(manifest, values::get);
            first.complete(newest);
            incomplete = Optional.empty();
        } catch (ModelException | IllegalArgumentException e) {
            incomplete = Optional.of("at offset " + record.offset() + ": " + e.getMessage());
        }
    }

    /**
     * Warns of a damaged model at the end of the topic; scoring goes on with the one before. Models before the end may
     * lack tensors: compaction has removed those that a later model replaces.
     */
    private void tellIfIncomplete() {
        incomplete.ifPresent(problem -> LOG.warn("topic {} has an incomplete model {}", topic, problem));
        incomplete = Optional.empty();
    }

    @Override
    public void close() throws InterruptedException {
        if (!closed) {
            closed = true;
            consumer.wakeup();
        }
        thread.join();
    }
}
