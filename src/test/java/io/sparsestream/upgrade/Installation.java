package io.sparsestream.upgrade;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.Json;
import io.sparsestream.support.Await;
import io.sparsestream.support.Launcher;
import io.sparsestream.support.Ports;
import io.sparsestream.support.SparsestreamProcess;
import io.sparsestream.support.Tails;
import io.sparsestream.topic.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.zip.CRC32C;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A broker and what works on it, as processes of one version, in one directory. The images are 4x4 noise that
 * {@link #image} makes anew, so that the directories stay small.
 */
final class Installation implements AutoCloseable {
    static final int PIXELS = 16;
    static final String LAYERS = "16-8-4-8-16";
    static final int LABELS = 3;

    private final Path directory;
    private final Launcher version;
    private final int port;
    private final Tails tails;
    private final List<SparsestreamProcess> processes = new ArrayList<>();
    private final List<SparsestreamProcess> required = new ArrayList<>(); // of these, those that must not end

    /** @param version that is to run */
    Installation(Path directory, Launcher version) {
        this.directory = directory;
        this.version = version;
        port = Ports.free();
        tails = new Tails(kafka());
    }

    Map<String, Object> kafka() {
        return Map.of("bootstrap.servers", "127.0.0.1:" + port);
    }

    Path directory() {
        return directory;
    }

    /** The version's own broker. */
    void startBroker() throws Exception {
        start("broker", "broker", "--dir", brokerDirectory(), "--port", Integer.toString(port));
        awaitBroker();
    }

    /** One that leaves little on disk, with an images topic that keeps its records for good. */
    void startSmallBroker(int partitions) throws Exception {
        SparsestreamProcess broker = SparsestreamProcess.start(
                version,
                directory.resolve("broker.log"),
                SmallBroker.class.getName(),
                List.of(brokerDirectory(), Integer.toString(port)));
        processes.add(broker);
        required.add(broker);
        awaitBroker();
        createTopic(Topics.IMAGES, partitions);
    }

    /** One that keeps its records for good. */
    void createTopic(String name, int partitions) throws Exception {
        try (Admin admin = Admin.create(kafka())) {
            admin.createTopics(List.of(new NewTopic(name, Optional.of(partitions), Optional.empty())
                            .configs(Map.of(TopicConfig.RETENTION_MS_CONFIG, "-1"))))
                    .all()
                    .get();
        }
    }

    private String brokerDirectory() {
        return directory.resolve("broker").toString();
    }

    private void awaitBroker() throws Exception {
        await("the broker to answer", () -> {
            try (Admin admin = Admin.create(kafka())) {
                return admin.describeCluster().nodes().get().size() == 1;
            }
        });
    }

    /** In plain Java, which has the same bits on every machine. */
    SparsestreamProcess train(String model, String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "train",
                "--bootstrap-servers",
                "127.0.0.1:" + port,
                "--model",
                model,
                "--layers",
                LAYERS,
                "--engine",
                "portable",
                "--port",
                "0",
                "--state-dir",
                directory.resolve("state-" + model).toString(),
                "--max-batch-wait",
                "0.3"));
        arguments.addAll(List.of(options));
        return start(model, arguments.toArray(new String[0]));
    }

    /** A command that must not end before it is told to. */
    SparsestreamProcess start(String log, String... arguments) throws IOException {
        SparsestreamProcess process = startFinite(log, arguments);
        required.add(process);
        return process;
    }

    /** A command that may end by itself. */
    SparsestreamProcess startFinite(String log, String... arguments) throws IOException {
        SparsestreamProcess process =
                SparsestreamProcess.start(version, directory.resolve(log + ".log"), List.of(arguments));
        processes.add(process);
        return process;
    }

    void kill(SparsestreamProcess process) throws InterruptedException {
        required.remove(process);
        process.kill();
    }

    void terminate(SparsestreamProcess process) throws InterruptedException {
        required.remove(process);
        process.terminate();
    }

    void await(String what, Await.Condition condition) throws Exception {
        Await.until(what, required, condition);
    }

    static byte[] image(int index) {
        byte[] greys = new byte[PIXELS];
        new SplittableRandom(index).nextBytes(greys);
        return greys;
    }

    static String label(int index) {
        return Integer.toString(index % LABELS);
    }

    /** Sends images, the partitions in turn. */
    void send(int from, int to, int partitions) throws Exception {
        send(Topics.IMAGES, from, to, partitions, Installation::image);
    }

    /** Sends records, the partitions in turn. */
    void send(String topic, int from, int to, int partitions, IntFunction<byte[]> value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(kafka(), new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int i = from; i < to; i++) {
                ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                        topic, i % partitions, HeaderName.utf8(Integer.toString(i)), value.apply(i));
                record.headers().add(HeaderName.LABEL, HeaderName.utf8(label(i)));
                sent.add(producer.send(record));
            }
            for (Future<RecordMetadata> each : sent) {
                each.get();
            }
        }
    }

    /** Images that the group has committed, of all partitions. */
    long committed(String model) throws Exception {
        return committed(model, Topics.IMAGES);
    }

    /** Records of a topic that the group has committed, of all partitions. */
    long committed(String model, String topic) throws Exception {
        try (Admin admin = Admin.create(kafka())) {
            Map<TopicPartition, OffsetAndMetadata> offsets = admin.listConsumerGroupOffsets("sparsestream-" + model)
                    .partitionsToOffsetAndMetadata()
                    .get();
            return offsets.entrySet().stream()
                    .filter(each -> each.getKey().topic().equals(topic) && each.getValue() != null)
                    .mapToLong(each -> each.getValue().offset())
                    .sum();
        }
    }

    /** Newest value by key of a compacted topic's partition; what has been deleted is left out. */
    Map<String, byte[]> newest(String topic, int partition) {
        Map<String, byte[]> newest = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : tails.records(new TopicPartition(topic, partition))) {
            String key = new String(record.key(), StandardCharsets.UTF_8);
            if (record.value() == null) {
                newest.remove(key);
            } else {
                newest.put(key, record.value());
            }
        }
        return newest;
    }

    /** The manifest that stands under that key on the model's topic. */
    JsonNode published(String model, String key) {
        return Json.tree(newest("model." + model, 0).get(key));
    }

    /** Reconstructed images by their source, committed once each. */
    Map<String, byte[]> reconstructions(String model) {
        Map<String, byte[]> bySource = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : tails.records("reconstructions." + model)) {
            String source = HeaderName.text(record.headers(), HeaderName.SOURCE);
            if (bySource.put(source, record.value()) != null) {
                throw new IllegalStateException(source + " has been reconstructed twice");
            }
        }
        return bySource;
    }

    /** What stands on a topic of one partition, in its order. */
    List<byte[]> values(String topic) {
        return tails.records(topic).stream().map(ConsumerRecord::value).toList();
    }

    static String crc32c(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return Long.toHexString(crc.getValue());
    }

    @Override
    public void close() throws InterruptedException {
        tails.close();
        for (SparsestreamProcess process : processes) {
            process.kill();
        }
    }
}
