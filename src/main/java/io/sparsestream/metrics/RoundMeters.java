package io.sparsestream.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.sparsestream.stream.Round;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Meters of rounds, registered only while this process runs the averager. */
final class RoundMetrics implements AutoCloseable {
    static final Duration[] BUCKETS = Meters.millis(25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000);

    private final MeterRegistry registry;
    private final Tags model;
    private final Counter rounds;
    private final Counter bytes;
    private final Timer time;
    private final Map<Integer, Double> divergence = new ConcurrentHashMap<>(); // by replica
    private final Set<Integer> known = new HashSet<>();
    private final Set<Meter> registered = new HashSet<>();

    RoundMetrics(MeterRegistry registry, Tags model) {
        this.registry = registry;
        this.model = model;
        rounds = registered(Counter.builder("sparsestream.rounds")
                .description("Rounds closed by this process")
                .tags(model)
                .register(registry));
        bytes = registered(Counter.builder("sparsestream.round.bytes")
                .description("Bytes of the replicas' updates")
                .baseUnit("bytes")
                .tags(model)
                .register(registry));
        time = registered(Timer.builder("sparsestream.round.time")
                .description("From a round's first update to its closing")
                .tags(model)
                .serviceLevelObjectives(BUCKETS)
                .register(registry));
    }

    void add(Round round) {
        rounds.increment();
        bytes.increment(round.bytes());
        time.record(round.nanos(), TimeUnit.NANOSECONDS);
        divergence.putAll(round.divergence());
        for (Set<Integer> replicas : List.of(round.divergence().keySet(), round.late(), round.missing())) {
            replicas.forEach(this::know);
        }
        round.late().forEach(replica -> late(replica).increment());
        round.missing().forEach(replica -> missing(replica).increment());
    }

    /** Registers a replica's meters at 0 first: Prometheus sees no increase in a counter that first appears as 1. */
    private void know(int replica) {
        if (known.add(replica)) {
            registered(Gauge.builder("sparsestream.replica.divergence", () -> divergence.get(replica))
                    .description("Distance of a replica's last change from the average one, in lengths of the latter")
                    .tags(of(replica))
                    .register(registry));
            registered(late(replica));
            registered(missing(replica));
        }
    }

    private Counter late(int replica) {
        return Counter.builder("sparsestream.updates.late")
                .description("Updates that began from an older round")
                .tags(of(replica))
                .register(registry);
    }

    private Counter missing(int replica) {
        return Counter.builder("sparsestream.updates.missing")
                .description("Rounds that were closed without a replica")
                .tags(of(replica))
                .register(registry);
    }

    private Tags of(int replica) {
        return model.and("replica", Integer.toString(replica));
    }

    private <T extends Meter> T registered(T meter) {
        registered.add(meter);
        return meter;
    }

    /** Another process may close the next one. */
    @Override
    public void close() {
        registered.forEach(registry::remove);
    }
}
