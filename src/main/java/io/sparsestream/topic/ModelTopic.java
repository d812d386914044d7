package io.sparsestream.topic;

import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MatrixProduct;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import io.sparsestream.message.OrNone;
import io.sparsestream.message.PublishedModel;
import io.sparsestream.model.Checkpoint;
import io.sparsestream.model.Chunks;
import io.sparsestream.model.ModelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Reads the newest model from its topic, and publishes one from elsewhere. */
public final class ModelTopic {
    private static final Duration POLL = Duration.ofMillis(500);

    /** Offsets at the end of a topic among which its newest manifest mostly is. */
    private static final long LAST = 16;

    private static final int MOST_LOOKS = 5;

    private ModelTopic() {}

    /**
     * The newest one.
     *
     * @throws NotPublishedException if no model of that name has been published
     */
    public static PublishedModel read(Map<String, Object> kafka, String model) {
        // Checkpoints are transactions: the newest committed value of every key belongs to one and the same.
        return newest(
                kafka,
                new Topics(model).parameters(),
                key -> !isOfMany(key) || key.endsWith("/" + Checkpoint.MANIFEST),
                newest -> single(model, newest));
    }

    private static PublishedModel single(String model, Map<String, byte[]> newest) {
        byte[] json = newest.get(Checkpoint.MANIFEST);
        if (json == null) {
            if (newest.isEmpty()) {
                throw new NotPublishedException(
                        "no model '" + model + "' has been published there: train one, or choose another with --model");
            }
            throw new ModelException(
                    "there is a model '" + model + "' for each key: evaluate and export take one with --key");
        }
        return assemble(Json.read(json, Manifest.class), newest::get);
    }

    /** What the newest one says of itself: its last record, so that little is read. Empty if none has been published. */
    public static Optional<Manifest> readManifest(Map<String, Object> kafka, String model) {
        TopicPartition partition = new TopicPartition(new Topics(model).parameters(), 0);
        try (KafkaConsumer<byte[], byte[]> consumer = Consumers.committed(kafka)) {
            consumer.assign(List.of(partition));
            long beginning = consumer.beginningOffsets(List.of(partition)).get(partition);
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            for (long back = LAST; ; back *= 2) {
                long from = Math.max(beginning, end - back);
                Map<String, byte[]> found = new HashMap<>();
                consumer.seek(partition, from);
                readTo(end, consumer, partition, Checkpoint.MANIFEST::equals, found);
                byte[] json = found.get(Checkpoint.MANIFEST);
                if (json != null || from == beginning) {
                    return Optional.ofNullable(json).map(bytes -> Json.read(bytes, Manifest.class));
                }
            }
        }
    }

    /**
     * One of many models by key.
     *
     * @param partition of the images that it was trained on; empty if that key occurs in one alone
     * @throws ModelException if there is none, or there are several
     */
    public static PublishedModel read(Map<String, Object> kafka, String model, String key, OptionalInt partition) {
        return newest(
                kafka,
                new Topics(model).parameters(),
                name -> isOfMany(name) && name.startsWith("/" + key + "/", name.indexOf('/')),
                newest -> ofKey(model, key, partition, newest));
    }

    private static PublishedModel ofKey(String model, String key, OptionalInt partition, Map<String, byte[]> newest) {
        String suffix = "/" + key + "/" + Checkpoint.MANIFEST;
        List<Integer> partitions = newest.keySet().stream()
                .filter(name -> name.endsWith(suffix) && name.indexOf('/') == name.length() - suffix.length())
                .map(name -> name.substring(0, name.indexOf('/')))
                .filter(number -> number.matches("[0-9]{1,9}"))
                .map(Integer::valueOf)
                .filter(found -> partition.isEmpty() || partition.getAsInt() == found)
                .sorted()
                .toList();
        if (partitions.isEmpty()) {
            throw new NotPublishedException(
                    "no model '" + model + "' with the key '" + key + "' has been published there");
        }
        if (partitions.size() > 1) {
            throw new ModelException(
                    "the key '" + key + "' has models of partitions " + partitions + ": choose one with --partition");
        }
        int found = partitions.get(0);
        return assemble(
                Json.read(newest.get(key(found, key, Checkpoint.MANIFEST)), Manifest.class),
                name -> newest.get(key(found, key, name)));
    }

    /**
     * Key of a record of one of many models.
     *
     * @param partition of the images that it is trained on
     * @param key the model's
     * @param name of the tensor or its chunk, or the manifest
     */
    public static String key(int partition, String key, String name) {
        return partition + "/" + key + "/" + name;
    }

    /** Whether a record is of one of many models: those of a single one begin with no number. */
    private static boolean isOfMany(String name) {
        return !name.isEmpty() && Character.isDigit(name.charAt(0));
    }

    /**
     * Publishes a model that was not trained there, as one transaction, for those who only use models.
     *
     * @param published with its step and offset, which stay those of where it comes from
     * @throws ModelException if a model of that name has been published: its trainer may live
     */
    public static void publish(Map<String, Object> kafka, String model, PublishedModel published, MatrixProduct product)
            throws ExecutionException, InterruptedException {
        Topics topics = new Topics(model);
        TopicSetup.createParameters(kafka, topics);
        if (!newest(kafka, topics.parameters(), key -> key.endsWith(Checkpoint.MANIFEST), Function.identity())
                .isEmpty()) {
            throw new ModelException(
                    "a model '" + model + "' has been published there already: choose another name with --model");
        }
        Manifest manifest = published.manifest();
        Learner learner = published.learner(product);
        learner.state().restoreCounts(manifest.step(), manifest.images());
        Map<String, Object> config = new HashMap<>(kafka);
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, topics.applicationId() + "-import");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            Checkpoint.publish(
                    Checkpoint.Snapshot.of(model, learner, Manifest.Steering.none(manifest.hyperparameters()))
                            .at(OrNone.read(manifest.nextOffset()))
                            .with(manifest.inputFormat()),
                    (key, value) ->
                            producer.send(new ProducerRecord<>(topics.parameters(), HeaderName.utf8(key), value)));
            producer.commitTransaction(); // fails if any record did
        }
    }

    /**
     * Puts a published model together.
     *
     * @param records value by key
     * @throws ModelException if one of them is missing, or not the one that the manifest speaks of
     */
    static PublishedModel assemble(Manifest manifest, Function<String, byte[]> records) {
        Map<String, float[]> parameters = new LinkedHashMap<>();
        for (Manifest.Entry entry : manifest.tensors()) {
            ByteBuffer bytes = ByteBuffer.wrap(Chunks.read(entry, records)).order(ByteOrder.LITTLE_ENDIAN);
            float[] values = new float[bytes.remaining() / Float.BYTES];
            bytes.asFloatBuffer().get(values);
            parameters.put(entry.name(), values);
        }
        return new PublishedModel(manifest, parameters, Checkpoint.errors(manifest, records));
    }

    /** The newest committed value of every key of a topic's only partition; none if there is no topic. */
    static Map<String, byte[]> newestValues(Map<String, Object> kafka, String topic) {
        return newest(kafka, topic, key -> true, Function.identity());
    }

    /**
     * What is made of the newest committed values of a topic's only partition. While they are read, compaction may remove values for
     * which newer ones stand behind the end as it was: so what cannot be made of them is tried again with those.
     *
     * @param make of values by key, which are none if there is no topic
     */
    private static <T> T newest(
            Map<String, Object> kafka,
            String topic,
            Predicate<String> isWanted,
            Function<Map<String, byte[]>, T> make) {
        Map<String, byte[]> newest = new HashMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer = Consumers.committed(kafka)) {
            if (!consumer.listTopics().containsKey(topic)) {
                return make.apply(newest);
            }
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            for (int look = 1; ; look++) {
                readTo(end, consumer, partition, isWanted, newest);
                try {
                    return make.apply(newest);
                } catch (ModelException e) {
                    long read = end;
                    end = consumer.endOffsets(List.of(partition)).get(partition);
                    if (end == read || look == MOST_LOOKS) {
                        throw e;
                    }
                }
            }
        }
    }

    private static void readTo(
            long end,
            KafkaConsumer<byte[], byte[]> consumer,
            TopicPartition partition,
            Predicate<String> isWanted,
            Map<String, byte[]> newest) {
        while (consumer.position(partition) < end) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
                if (record.value() == null) {
                    newest.remove(key);
                } else if (isWanted.test(key)) {
                    newest.put(key, record.value());
                }
            }
        }
    }
}
