package io.sparsestream.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.apache.kafka.clients.producer.Producer;

/** The process's meter registry, and the meters of libraries in it. */
public final class Meters {
    private Meters() {}

    /** A registry that already shows the JVM. Meant for the whole life of the process. */
    public static PrometheusMeterRegistry create() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmGcMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        return registry;
    }

    /**
     * What further meters are to be registered in: the registry itself, and where an agent (OpenTelemetry's) has joined
     * Micrometer's global registry, both of them. The agent has its own meters of the JVM.
     */
    public static MeterRegistry alsoForAgents(PrometheusMeterRegistry registry) {
        if (Metrics.globalRegistry.getRegistries().isEmpty()) {
            return registry;
        }
        CompositeMeterRegistry both = new CompositeMeterRegistry();
        both.add(registry);
        both.add(Metrics.globalRegistry);
        return both;
    }

    /** Shows the producer's metrics. Close what it returns before the producer. */
    public static KafkaClientMetrics bind(MeterRegistry registry, Producer<?, ?> producer) {
        KafkaClientMetrics metrics = new KafkaClientMetrics(producer);
        metrics.bindTo(registry);
        return metrics;
    }
}
