package io.sparsestream.bench;

import io.sparsestream.bench.anomaly.LabelledRecords;
import io.sparsestream.bench.anomaly.Ranking;
import io.sparsestream.message.HeaderName;
import io.sparsestream.topic.TopicSetup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Ours through Kafka, exactly once: a broker and a trainer in processes of their own, float32 records that wait on the topic, and
 * a consumer of committed reconstructions.
 */
final class VectorPipeline {
    /** Behind the records themselves they come again, so that the rate is that of a trainer that is warm. */
    private static final int LEAST = 500_000;

    private static final String TOPIC = "records";
    private static final String MODEL = "vectors";
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final LabelledRecords records;
    private final int total; // records on the topic

    VectorPipeline(LabelledRecords records) {
        this.records = records;
        total = Math.max(2 * records.size(), LEAST);
    }

    /** How well the scores rank the records, each scored before it is learned from; and committed reconstructions a second. */
    record Outcome(Ranking ranking, double perSecond) {}

    /** @param options of the trainer besides */
    Outcome run(long seed, List<String> options) throws IOException, InterruptedException, ExecutionException {
        Path work = Files.createTempDirectory("sparsestream-bench-");
        try {
            return run(work, seed, options);
        } finally {
            delete(work); // some hundred megabytes
        }
    }

    private Outcome run(Path work, long seed, List<String> options)
            throws IOException, InterruptedException, ExecutionException {
        try (ProductProcess broker = ProductProcess.start(
                work.resolve("broker.log"),
                List.of("broker", "--port", "0", "--dir", work.resolve("broker").toString()))) {
            String bootstrap = broker.awaitLine("127.0.0.1:").replaceAll(".*(127\\.0\\.0\\.1:\\d+).*", "$1");
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
                    MODEL,
                    "--preset",
                    "vectors",
                    "--input-format",
                    "float32",
                    "--inputs",
                    String.valueOf(records.width()),
                    "--seed",
                    String.valueOf(seed)));
            train.addAll(options);
            try (ProductProcess trainer = ProductProcess.start(work.resolve("train.log"), train);
                    KafkaConsumer<byte[], byte[]> consumer = Streaming.consumer(bootstrap)) {
                trainer.awaitLine("training model");
                consumer.subscribe(List.of("reconstructions." + MODEL));
                return look(consumer, trainer);
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void produce(String bootstrap) {
        List<byte[]> values = IntStream.range(0, records.size())
                .mapToObj(i -> {
                    ByteBuffer value =
                            ByteBuffer.allocate(records.width() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                    for (int j = 0; j < records.width(); j++) {
                        value.putFloat((float) records.values()[i * records.width() + j]);
                    }
                    return value.array();
                })
                .toList();
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
        double[] scores = new double[records.size()];
        Arrays.fill(scores, Double.NaN);
        int count = 0;
        int halfway = 0; // records by the time that half of them were seen
        long start = 0;
        long last = System.nanoTime();
        while (count < total) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (count < scores.length) { // they come in the order of the topic, one for each
                    score(record.headers(), count, scores);
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
        return new Outcome(Ranking.of(scores, records.anomalous()), perSecond);
    }

    /**
     * What ranks a record: its error. The header {@code anomaly} compares it with the thousand errors before it, so that it follows
     * a stream whose anomalies come in long rows.
     */
    private static void score(Headers headers, int place, double[] scores) {
        String source = HeaderName.text(headers, HeaderName.SOURCE);
        if (!source.equals(HeaderName.source(TOPIC, 0, place))) {
            throw new IllegalStateException(
                    "record " + place + " should be reconstructed once and in its turn, but there was " + source);
        }
        scores[place] = Double.parseDouble(HeaderName.text(headers, HeaderName.MSE));
    }
}
