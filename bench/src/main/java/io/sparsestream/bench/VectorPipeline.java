package io.sparsestream.bench;

import io.sparsestream.message.HeaderName;
import io.sparsestream.topic.TopicSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Ours through Kafka, exactly once: a broker and a trainer in processes of their own, records that wait on the topic, and a
 * consumer of committed reconstructions.
 */
final class VectorPipeline {
    private static final String TOPIC = "records";
    private static final String MODEL = "vectors";
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final List<byte[]> values;
    private final int total; // records on the topic

    /**
     * @param values of the records, which come again and again, so that the rate is that of a trainer that is warm
     * @param least records on the topic, and at least each twice
     */
    VectorPipeline(List<byte[]> values, int least) {
        this.values = values;
        total = Math.max(2 * values.size(), least);
    }

    /**
     * What one run showed.
     *
     * @param errors mean squared error of each record when it came first, by the model that had not learned from it
     * @param perSecond committed reconstructions a second, over the second half of all
     */
    record Outcome(double[] errors, double perSecond) {}

    /** @param options of the trainer: what it learns, and from what */
    Outcome run(List<String> options) throws IOException, InterruptedException, ExecutionException {
        Path work = Files.createTempDirectory("sparsestream-bench-");
        try {
            return run(work, options);
        } finally {
            delete(work); // some hundred megabytes
        }
    }

    private Outcome run(Path work, List<String> options) throws IOException, InterruptedException, ExecutionException {
        try (ProductProcess broker = ProductProcess.broker(work)) {
            String bootstrap = broker.bootstrapServers();
            TopicSetup.createImages(Map.of("bootstrap.servers", bootstrap), TOPIC);
            produce(bootstrap);
            List<String> train = new ArrayList<>(List.of(
                    "train",
                    "--bootstrap-servers",
                    bootstrap,
                    "--port",
                    "0",
                    "--state-dir",
                    work.resolve("state").toString(),
                    "--topic",
                    TOPIC,
                    "--model",
                    MODEL));
            train.addAll(options);
            try (ProductProcess trainer = ProductProcess.start(work.resolve("train.log"), train);
                    KafkaConsumer<byte[], byte[]> consumer = Streaming.consumer(bootstrap)) {
                trainer.awaitLine("training model");
                consumer.subscribe(List.of("reconstructions." + MODEL));
                return look(consumer, trainer);
            }
        }
    }

    static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void produce(String bootstrap) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrap, "linger.ms", 20, "compression.type", "lz4"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < total; i++) {
                producer.send(new ProducerRecord<>(TOPIC, values.get(i % values.size())));
            }
        }
    }

    private Outcome look(KafkaConsumer<byte[], byte[]> consumer, ProductProcess trainer) throws IOException {
        double[] errors = new double[values.size()];
        Arrays.fill(errors, Double.NaN);
        int count = 0;
        int halfway = 0; // records by the time that half of them were seen
        long start = 0;
        long last = System.nanoTime();
        while (count < total) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (count < errors.length) { // they come in the order of the topic, one for each
                    errors[count] = error(record.headers(), count);
                }
                count++;
                last = System.nanoTime();
            }
            if (start == 0 && 2 * count >= total) {
                halfway = count;
                start = System.nanoTime();
            }
            trainer.requireAlive();
            if (System.nanoTime() - last > PATIENCE.toNanos()) {
                throw new IllegalStateException("the trainer has made " + count + " of " + total
                        + " reconstructions, and none for " + PATIENCE + ": " + String.join(" / ", trainer.lines()));
            }
        }
        double perSecond = (count - halfway) / ((last - start) / 1e9);
        return new Outcome(errors, perSecond);
    }

    private static double error(Headers headers, int place) {
        String source = HeaderName.text(headers, HeaderName.SOURCE);
        if (!source.equals(HeaderName.source(TOPIC, 0, place))) {
            throw new IllegalStateException(
                    "record " + place + " should be reconstructed once and in its turn, but there was " + source);
        }
        return Double.parseDouble(HeaderName.text(headers, HeaderName.MSE));
    }
}
