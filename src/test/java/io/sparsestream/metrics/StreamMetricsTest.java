package io.sparsestream.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sparsestream.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamMetricsTest {
    private static final String TOPIC = "in";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private final PrometheusMeterRegistry registry = Meters.create();
    private final CountDownLatch mayGoOn = new CountDownLatch(1);

    @Test
    void showsKafkaStreamsWithTheModelUntilClosed() {
        try (KafkaStreams streams = streams("127.0.0.1:1")) { // nobody listens there
            try (StreamMetrics bound = new StreamMetrics(registry, "digits", streams)) {
                assertThat(bound).isNotNull();
                assertThat(registry.scrape())
                        .containsPattern("kafka_stream_client_state\\{.*model=\"digits\".*} 0.0")
                        .contains("sparsestream_lag{model=\"digits\"} NaN");
            }
            assertThat(registry.scrape()).doesNotContain("kafka_stream_", "sparsestream_lag");
        }
    }

    @Test
    void lagIsWhatHasNotBeenRead() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"), 0)) {
            send(broker.bootstrapServers(), 50);
            try (KafkaStreams streams = streams(broker.bootstrapServers());
                    StreamMetrics bound = new StreamMetrics(registry, "digits", streams)) {
                assertThat(bound).isNotNull();
                streams.start();

                awaitLag(40); // one poll of ten records is being processed
                mayGoOn.countDown();
                awaitLag(0);
            }
        }
    }

    private void awaitLag(double expected) throws InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        double lag;
        do {
            lag = registry.get("sparsestream.lag")
                    .tag("model", "digits")
                    .gauge()
                    .value();
            Thread.sleep(20);
        } while (lag != expected && System.nanoTime() < end);
        assertThat(lag).isEqualTo(expected);
    }

    private static void send(String bootstrapServers, int records) throws Exception {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", bootstrapServers);
        try (Admin admin = Admin.create(properties)) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
        }
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < records; i++) {
                producer.send(new ProducerRecord<>(TOPIC, new byte[1]));
            }
        }
    }

    /** Waits at the first record until told to go on. */
    private KafkaStreams streams(String bootstrapServers) {
        Properties properties = new Properties();
        properties.put("application.id", "meters-test");
        properties.put("bootstrap.servers", bootstrapServers);
        properties.put("state.dir", directory.resolve("state").toString());
        properties.put("auto.offset.reset", "earliest");
        properties.put("max.poll.records", "10");
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(TOPIC, Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
                .foreach((key, value) -> await());
        return new KafkaStreams(builder.build(), properties);
    }

    private void await() {
        try {
            mayGoOn.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
