package io.sparsestream.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.streams.KafkaStreams;

/** One model's Kafka Streams application as meters: all that Kafka measures, and its lag. Close before the streams. */
public final class StreamMetrics implements AutoCloseable {
    private final MeterRegistry registry;
    private final KafkaStreamsMetrics kafka;
    private final Gauge lag;

    /** Each meter is tagged with the model. */
    public StreamMetrics(MeterRegistry registry, String model, KafkaStreams streams) {
        this.registry = registry;
        Tags tags = Tags.of("model", model);
        kafka = new KafkaStreamsMetrics(streams, tags);
        kafka.bindTo(registry);
        lag = Gauge.builder("sparsestream.lag", streams, StreamMetrics::lag)
                .description("Images in the topic that the trainer has not read yet")
                .tags(tags)
                .register(registry);
    }

    /**
     * Of the last fetch. Read at every scrape: Kafka has this metric per partition and only once a partition was
     * fetched, so the binder finds it a minute late.
     */
    private static double lag(KafkaStreams streams) {
        double sum = Double.NaN;
        for (Metric metric : streams.metrics().values()) {
            MetricName name = metric.metricName();
            if (name.name().equals("records-lag")
                    && name.group().equals("consumer-fetch-manager-metrics")
                    && !name.tags().get("client-id").endsWith("restore-consumer")
                    && metric.metricValue() instanceof Double value) {
                sum = Double.isNaN(sum) ? value : sum + value;
            }
        }
        return sum;
    }

    @Override
    public void close() {
        registry.remove(lag);
        kafka.close();
    }
}
