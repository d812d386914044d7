package io.sparsestream.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunMetricsTest {
    @Test
    void eachModelOfARunSaysWhetherItIsOver() {
        PrometheusMeterRegistry registry = Meters.create();
        RunMetrics run = new RunMetrics(registry, List.of("sparse", "plain"));
        assertThat(registry.scrape())
                .contains("sparsestream_finished{model=\"sparse\"} 0.0", "sparsestream_finished{model=\"plain\"} 0.0");

        run.finish();
        assertThat(registry.scrape())
                .contains("sparsestream_finished{model=\"sparse\"} 1.0", "sparsestream_finished{model=\"plain\"} 1.0");
    }
}
