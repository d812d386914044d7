package io.sparsestream.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class MetersTest {
    /** Nobody listens there: neither client needs a broker to have metrics. */
    private static final String NOWHERE = "127.0.0.1:1";

    private final PrometheusMeterRegistry registry = Meters.create();

    @Test
    void showsTheJvm() {
        assertThat(registry.scrape())
                .contains(
                        "jvm_memory_used_bytes",
                        "jvm_gc_memory_allocated_bytes_total",
                        "jvm_threads_live_threads",
                        "jvm_classes_loaded_classes",
                        "process_cpu_usage",
                        "process_uptime_seconds");
    }

    /** Who has joined the global registry, as OpenTelemetry's agent does, hears of each meter and of its end. */
    @Test
    void agentsHearOfFurtherMeters() {
        assertThat(Meters.alsoForAgents(registry)).isSameAs(registry);

        SimpleMeterRegistry agent = new SimpleMeterRegistry();
        Metrics.addRegistry(agent);
        try (MeterGroup group = MeterGroup.of(Meters.alsoForAgents(registry), "digits")) {
            group.counter("sparsestream.steps", "steps", "Steps").increment(3);
            assertThat(agent.get("sparsestream.steps").counter().count()).isEqualTo(3);
            assertThat(registry.scrape()).contains("sparsestream_steps_total{model=\"digits\"} 3.0");
            group.close();
            assertThat(agent.getMeters()).isEmpty();
            assertThat(registry.scrape()).doesNotContain("sparsestream_steps_total");
        } finally {
            Metrics.removeRegistry(agent);
        }
    }

    @Test
    void showsAProducerUntilClosed() {
        Map<String, Object> properties = Map.of("bootstrap.servers", NOWHERE, "client.id", "meters-test");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            try (KafkaClientMetrics bound = Meters.bind(registry, producer)) {
                assertThat(bound).isNotNull();
                assertThat(registry.scrape()).contains("kafka_producer_");
            }
            assertThat(registry.scrape()).doesNotContain("kafka_producer_");
        }
    }
}
