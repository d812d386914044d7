package io.sparsestream.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.sparsestream.trainer.Trainer;
import java.util.OptionalLong;

/** One trainer's stream as meters: all that Kafka measures of it, and its lag. Close before the trainer. */
public final class StreamMetrics implements AutoCloseable {
    private final MeterRegistry registry;
    private final AutoCloseable kafka;
    private final Gauge lag;
    private final Gauge paused;
    private final Gauge reachable;

    /** Each meter is tagged with the model. */
    public StreamMetrics(MeterRegistry registry, String model, Trainer trainer) {
        this.registry = registry;
        Tags tags = Tags.of("model", model);
        kafka = trainer.bind(streams -> {
            KafkaStreamsMetrics metrics = new KafkaStreamsMetrics(streams, tags);
            metrics.bindTo(registry);
            return metrics;
        });
        // Kafka has it per partition, once that was fetched: the binder would find it a minute late.
        lag = Gauge.builder("sparsestream.lag", trainer, StreamMetrics::lag)
                .description("Images in the topic that the trainer has not fetched yet")
                .tags(tags)
                .register(registry);
        paused = Gauge.builder("sparsestream.paused", trainer, each -> each.state() == Trainer.State.PAUSED ? 1 : 0)
                .description("1 while the model was told to leave the images alone, else 0")
                .tags(tags)
                .register(registry);
        reachable = Gauge.builder("sparsestream.broker.reachable", trainer, each -> each.isBrokerReachable() ? 1 : 0)
                .description("0 while the broker has not answered for a while, else 1")
                .tags(tags)
                .register(registry);
    }

    private static double lag(Trainer trainer) {
        OptionalLong images = trainer.lag();
        return images.isPresent() ? images.getAsLong() : Double.NaN;
    }

    @Override
    public void close() throws Exception {
        registry.remove(lag);
        registry.remove(paused);
        registry.remove(reachable);
        kafka.close();
    }
}
