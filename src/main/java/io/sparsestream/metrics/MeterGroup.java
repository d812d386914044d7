package io.sparsestream.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;

/**
 * Meters that have their tags in common: each is registered here, and closing the group removes them all. The stream
 * thread, the training thread and others may register at the same time.
 *
 * <p>A counter whose name ends with its unit has it as base unit, as Micrometer recommends. Other counters and gauges have
 * none: Prometheus would append it to the name, and names are a contract.
 */
final class MeterGroup implements AutoCloseable {
    private final MeterRegistry registry;
    private final Tags tags;
    private final Queue<Meter> meters = new ConcurrentLinkedQueue<>();

    /** @param tags of each meter */
    MeterGroup(MeterRegistry registry, Tags tags) {
        this.registry = registry;
        this.tags = tags;
    }

    /** A group whose meters are tagged with the model alone. */
    static MeterGroup of(MeterRegistry registry, String model) {
        return new MeterGroup(registry, Tags.of("model", model));
    }

    /** An empty group whose meters have a replica's partition as a further tag. Closing this one leaves it alone. */
    MeterGroup replica(int partition) {
        return new MeterGroup(registry, tags.and(replicaTag(partition)));
    }

    /** The tag that tells a replica's meters from the others', by its partition of the images topic. */
    static Tags replicaTag(int partition) {
        return Tags.of("replica", Integer.toString(partition));
    }

    /** A counter without a base unit, since its name does not end with one. */
    Counter counter(String name, String description) {
        return counter(name, description, Tags.empty());
    }

    /** @param more tags, beside the group's */
    Counter counter(String name, String description, Tags more) {
        return registered(Counter.builder(name)
                .description(description)
                .tags(tags.and(more))
                .register(registry));
    }

    /** @param unit base unit, with which the name ends */
    Counter counter(String name, String unit, String description) {
        return counter(name, unit, description, Tags.empty());
    }

    /**
     * @param unit base unit, with which the name ends
     * @param more tags, beside the group's
     */
    Counter counter(String name, String unit, String description, Tags more) {
        return registered(Counter.builder(name)
                .baseUnit(unit)
                .description(description)
                .tags(tags.and(more))
                .register(registry));
    }

    /**
     * A timer with a histogram; its base unit, seconds, is the registry's.
     *
     * @param bounds of the histogram's buckets, in milliseconds, ascending
     */
    Timer timer(String name, String description, int... bounds) {
        return registered(Timer.builder(name)
                .description(description)
                .tags(tags)
                .serviceLevelObjectives(
                        IntStream.of(bounds).mapToObj(Duration::ofMillis).toArray(Duration[]::new))
                .register(registry));
    }

    /**
     * A summary with a histogram, without a base unit.
     *
     * @param more tags, beside the group's
     * @param bounds of the histogram's buckets, ascending
     */
    DistributionSummary summary(String name, String description, Tags more, double... bounds) {
        return registered(DistributionSummary.builder(name)
                .description(description)
                .tags(tags.and(more))
                .serviceLevelObjectives(bounds)
                .register(registry));
    }

    void gauge(String name, String description, DoubleSupplier value) {
        gauge(name, description, Tags.empty(), value);
    }

    /**
     * @param more tags, beside the group's
     * @param value read at each scrape, on its thread; the group holds it until it is closed
     */
    void gauge(String name, String description, Tags more, DoubleSupplier value) {
        registered(Gauge.builder(name, value::getAsDouble)
                .description(description)
                .tags(tags.and(more))
                .register(registry));
    }

    private <T extends Meter> T registered(T meter) {
        meters.add(meter);
        return meter;
    }

    /** Removes all that was registered so far. */
    @Override
    public void close() {
        for (Meter meter = meters.poll(); meter != null; meter = meters.poll()) {
            registry.remove(meter);
        }
    }
}
