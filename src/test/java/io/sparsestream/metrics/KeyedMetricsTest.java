package io.sparsestream.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sparsestream.learn.FakeLearner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.stream.keyed.KeyedListener;
import org.junit.jupiter.api.Test;

class KeyedMetricsTest {
    private final PrometheusMeterRegistry registry = Meters.create();
    private final KeyedListener metrics = KeyedMetrics.of(registry, "cameras");

    @Test
    void modelsOfAllPartitionsAreCountedTogetherAndNoneByItsKey() {
        FakeLearner learner = new FakeLearner();
        MiniBatch batch = learner.newBatch();
        while (!batch.isFull()) {
            batch.add(new byte[FakeLearner.PIXELS]);
        }
        metrics.onStep(learner.train(batch), learner, 2_000_000);
        metrics.onLoad();
        metrics.onLoad();
        metrics.onEvict();
        metrics.onModels(0, 3, 70);
        metrics.onModels(1, 4, 80);
        assertThat(registry.scrape())
                .contains("sparsestream_steps_total{model=\"cameras\"} 1.0")
                .contains("sparsestream_images_total{model=\"cameras\"} 3.0")
                .contains("sparsestream_loss{model=\"cameras\",term=\"mse\"} 0.5")
                .contains("sparsestream_model_loads_total{model=\"cameras\"} 2.0")
                .contains("sparsestream_model_evictions_total{model=\"cameras\"} 1.0")
                .contains("sparsestream_models_in_memory{model=\"cameras\"} 7.0")
                .contains("sparsestream_models{model=\"cameras\"} 150.0");

        metrics.onModels(0, 0, 0); // its task has moved to another process
        assertThat(registry.scrape()).contains("sparsestream_models_in_memory{model=\"cameras\"} 4.0");
    }
}
