package io.sparsestream.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.sparsestream.trainer.Trainer;
import java.util.OptionalLong;

/** One trainer's stream as meters: all that Kafka measures of it, and its lag. Close before the trainer. */
public final class StreamMetrics implements AutoCloseable {
    private final MeterGroup group;
    private final AutoCloseable kafka;

    /** Each meter is tagged with the model. */
    public StreamMetrics(MeterRegistry registry, String model, Trainer trainer) {
        group = MeterGroup.of(registry, model);
        kafka = trainer.bind(streams -> {
            KafkaStreamsMetrics metrics = new KafkaStreamsMetrics(streams, Tags.of("model", model));
            metrics.bindTo(registry);
            return metrics;
        });
        // Kafka has it per partition, once that was fetched: the binder would find it a minute late.
        group.gauge("sparsestream.lag", "Images in the topic that the trainer has not fetched yet", () -> lag(trainer));
        group.gauge(
                "sparsestream.paused",
                "1 while the model was told to leave the images alone, else 0",
                () -> trainer.state() == Trainer.State.PAUSED ? 1 : 0);
        group.gauge(
                "sparsestream.broker.reachable",
                "0 while the broker has not answered for a while, else 1",
                () -> trainer.isBrokerReachable() ? 1 : 0);
    }

    /** Images, or no number while it is unknown. */
    private static double lag(Trainer trainer) {
        OptionalLong images = trainer.lag();
        return images.isPresent() ? images.getAsLong() : Double.NaN;
    }

    @Override
    public void close() throws Exception {
        group.close();
        kafka.close();
    }
}
