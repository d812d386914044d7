package io.sparsestream.topic;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparsestream.message.Control;
import io.sparsestream.message.ControlResult;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.Json;
import io.sparsestream.model.ModelException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Tells a model something while it learns, and hears what became of it. */
public final class ControlTopic implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    private final Map<String, Object> kafka;
    private final Supplier<MonotonicTime> newTime;
    private KafkaProducer<byte[], byte[]> producer;
    private MonotonicTime time; // since the producer was made

    /** @param kafka client properties, the bootstrap servers included */
    public ControlTopic(Map<String, Object> kafka) {
        this(kafka, MonotonicTime::new);
    }

    public ControlTopic(Map<String, Object> kafka, Supplier<MonotonicTime> newTime) {
        this.kafka = kafka;
        this.newTime = newTime;
        connect();
    }

    private void connect() {
        producer = new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer());
        time = newTime.get();
    }

    /** A new one where the clock has been set back: the old one would not connect again until it has caught up. */
    private synchronized KafkaProducer<byte[], byte[]> producer() {
        if (time.isSetBack()) {
            producer.close(Duration.ZERO);
            connect();
        }
        return producer;
    }

    /** Sends it, and returns where it stands as {@code topic-partition@offset}. */
    public String send(String model, Control control) throws ExecutionException, InterruptedException {
        RecordMetadata sent = producer()
                .send(new ProducerRecord<>(Topics.CONTROL, HeaderName.utf8(model), Json.write(control)))
                .get();
        return HeaderName.source(sent.topic(), sent.partition(), sent.offset());
    }

    /**
     * Sends it, and waits until the model's trainer has committed what became of it.
     *
     * @return empty if that takes longer than the limit
     * @throws ModelException if no trainer of that model has ever run there, or it is one for each key
     */
    public Optional<ControlResult> ask(String model, Control control, Duration limit)
            throws ExecutionException, InterruptedException {
        try (KafkaConsumer<byte[], byte[]> consumer = Consumers.committed(kafka)) {
            TopicPartition answers = new TopicPartition(new Topics(model).activations(), 0);
            Set<String> there = consumer.listTopics().keySet();
            if (there.contains(new Topics(model).models())) {
                throw new ModelException(
                        "model " + model + " is a model for each key: those take no commands while they learn");
            }
            if (!there.containsAll(Set.of(answers.topic(), Topics.CONTROL))) {
                throw new ModelException(
                        "no trainer of a model '" + model + "' has run there: choose another with --model");
            }
            consumer.assign(List.of(answers));
            consumer.seekToEnd(List.of(answers));
            consumer.position(answers); // looks the end up now, before the question is there
            String question = send(model, control);
            long end = System.nanoTime() + limit.toNanos();
            while (System.nanoTime() < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (isAnswer(record.value(), question)) {
                        return Optional.of(Json.read(record.value(), ControlResult.class));
                    }
                }
            }
            return Optional.empty();
        }
    }

    /** Whatever else stands on the topic. */
    private static boolean isAnswer(byte[] value, String question) {
        try {
            JsonNode json = Json.tree(value);
            return json.path("event").asText().equals(ControlResult.EVENT)
                    && json.path("source").asText().equals(question);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public synchronized void close() {
        producer.close();
    }
}
