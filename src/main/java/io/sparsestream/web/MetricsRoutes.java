package io.sparsestream.web;

import io.javalin.config.JavalinConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;

/** All meters of the registry in Prometheus's text format. */
public record MetricsRoutes(PrometheusMeterRegistry registry) implements Routes {
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

    @Override
    public void addTo(JavalinConfig config) {
        config.routes.get(
                "/metrics",
                context -> context.contentType(PROMETHEUS_TEXT)
                        .result(registry.scrape().getBytes(StandardCharsets.UTF_8)));
    }
}
