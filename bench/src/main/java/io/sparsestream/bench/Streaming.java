package io.sparsestream.bench;

import io.sparsestream.message.HeaderName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Broker, replay and trainer as processes of their own; a consumer of committed reconstructions looks at the clock. */
final class Streaming {
    private static final Duration POLL = Duration.ofMillis(20);

    private Streaming() {}

    /** What the consumer saw: latency of every reconstruction in milliseconds, and committed reconstructions a second. */
    private record Seen(double[] latencies, double perSecond) {
        double quantile(double q) {
            return latencies[(int) Math.min(latencies.length - 1, Math.floor(q * latencies.length))];
        }
    }

    /** Latency from an image's timestamp to its committed reconstruction, by setting. */
    static void latency(Report report, Path data, int rounds, int images) throws IOException, InterruptedException {
        Map<String, List<String>> settings = new LinkedHashMap<>();
        settings.put("default: commit every 100 ms", List.of());
        settings.put("commit every 20 ms", List.of("--kafka", "commit.interval.ms=20"));
        settings.put("commit every second", List.of("--kafka", "commit.interval.ms=1000"));
        List<List<String>> rows = new ArrayList<>();
        Map<String, Sample> samples = new LinkedHashMap<>();
        measure(settings, data, rounds, images, 1000).forEach((name, runs) -> {
            Sample p50 =
                    new Sample(runs.stream().map(seen -> seen.quantile(0.5)).toList());
            Sample p99 =
                    new Sample(runs.stream().map(seen -> seen.quantile(0.99)).toList());
            samples.put(name + ", p50", p50);
            samples.put(name + ", p99", p99);
            rows.add(List.of(name, p50.format("%.0f"), p99.format("%.0f")));
        });
        report.add(
                "Latency at 1,000 images/s: image to committed reconstruction",
                List.of("trainer's setting", "p50 ms", "p99 ms"),
                rows,
                samples);
    }

    /** Committed reconstructions a second, the broker and the replay competing for the processor. */
    static void guarantees(Report report, Path data, int rounds, int images) throws IOException, InterruptedException {
        Map<String, List<String>> settings = new LinkedHashMap<>();
        settings.put("exactly once (default)", List.of());
        settings.put("at least once", List.of("--kafka", "processing.guarantee=at_least_once"));
        List<List<String>> rows = new ArrayList<>();
        Map<String, Sample> samples = new LinkedHashMap<>();
        measure(settings, data, rounds, images, 0).forEach((name, runs) -> {
            Sample rate = new Sample(runs.stream().map(Seen::perSecond).toList());
            samples.put(name, rate);
            rows.add(List.of(name, rate.format("%.0f"), String.format(Locale.ROOT, "%.0f", rate.median() / 60)));
        });
        report.add(
                "Guarantee: broker, replay and trainer in three processes",
                List.of("", "images/s", "steps/s"),
                rows,
                samples);
    }

    private static Map<String, List<Seen>> measure(
            Map<String, List<String>> settings, Path data, int rounds, int images, int rate)
            throws IOException, InterruptedException {
        Map<String, List<Seen>> all = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (Map.Entry<String, List<String>> setting : settings.entrySet()) {
                all.computeIfAbsent(setting.getKey(), name -> new ArrayList<>())
                        .add(run(setting.getValue(), data, images, rate));
            }
        }
        return all;
    }

    /** @param rate images a second, 0 for no limit */
    private static Seen run(List<String> options, Path data, int images, int rate)
            throws IOException, InterruptedException {
        Path work = Files.createTempDirectory("sparsestream-bench-");
        try (ProductProcess broker = ProductProcess.broker(work)) {
            String bootstrap = broker.bootstrapServers();
            List<String> train = new ArrayList<>(List.of(
                    "train",
                    "--bootstrap-servers",
                    bootstrap,
                    "--port",
                    "0",
                    "--state-dir",
                    work.resolve("state").toString()));
            train.addAll(options);
            try (ProductProcess trainer = ProductProcess.start(work.resolve("train.log"), train);
                    KafkaConsumer<byte[], byte[]> consumer = consumer(bootstrap)) {
                trainer.awaitLine("training model");
                consumer.subscribe(List.of("reconstructions.sparse"));
                // Twice as many: the first half warms up, and is not looked at.
                try (ProductProcess replay = ProductProcess.replay(
                        work, bootstrap, data, List.of("--images=" + 2 * images, "--rate=" + rate))) {
                    return look(consumer, images);
                }
            }
        }
    }

    private static Seen look(KafkaConsumer<byte[], byte[]> consumer, int images) {
        double[] latencies = new double[images];
        int count = 0;
        long start = 0;
        while (count < 2 * images) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (count == images) {
                    start = System.nanoTime();
                }
                if (count >= images && count < 2 * images) {
                    latencies[count - images] = System.currentTimeMillis() - imageMillis(record);
                }
                count++;
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        Arrays.sort(latencies);
        return new Seen(latencies, images / seconds);
    }

    /** When the image was sent, in milliseconds since 1970: its reconstruction's own timestamp says when it was written. */
    private static long imageMillis(ConsumerRecord<byte[], byte[]> record) {
        byte[] header = record.headers().lastHeader(HeaderName.IMAGE_TIMESTAMP).value();
        return Long.parseLong(new String(header, StandardCharsets.UTF_8));
    }

    /** Reads committed records from the beginning. */
    static KafkaConsumer<byte[], byte[]> consumer(String bootstrap) {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrap,
                        "group.id",
                        "bench",
                        "isolation.level",
                        "read_committed",
                        "auto.offset.reset",
                        "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }
}
