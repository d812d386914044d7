package io.sparsestream.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.sparsestream.stream.Round;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Meters of rounds, registered only while this process runs the averager. */
final class RoundMeters implements AutoCloseable {
    /** Bounds of the histogram of a round, and of a wait for one, in milliseconds. */
    static final int[] BOUNDS = {25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000};

    private final MeterGroup group;
    private final Counter rounds;
    private final Counter bytes;
    private final Timer time;
    private final ControlMeters control;
    private final Map<Integer, Double> divergence = new ConcurrentHashMap<>(); // by replica; read by scrapes
    private final Map<Integer, Behind> behind = new HashMap<>(); // by replica

    /** How often one replica was late, and how often a round was closed without it. */
    private record Behind(Counter late, Counter missing) {}

    RoundMeters(MeterGroup group) {
        this.group = group;
        rounds = group.counter("sparsestream.rounds", "rounds", "Rounds closed by this process");
        bytes = group.counter("sparsestream.round.bytes", BaseUnits.BYTES, "Bytes of the replicas' updates");
        time = group.timer("sparsestream.round.time", "From a round's first update to its closing", BOUNDS);
        control = new ControlMeters(group);
    }

    /** Of the model as a whole: who closes the rounds is told the commands. */
    ControlMeters control() {
        return control;
    }

    void add(Round round) {
        rounds.increment();
        bytes.increment(round.bytes());
        time.record(round.nanos(), TimeUnit.NANOSECONDS);
        divergence.putAll(round.divergence());
        round.divergence().keySet().forEach(this::behind);
        round.late().forEach(replica -> behind(replica).late().increment());
        round.missing().forEach(replica -> behind(replica).missing().increment());
    }

    private Behind behind(int replica) {
        return behind.computeIfAbsent(replica, this::register);
    }

    /**
     * Registers both counters at 0 when a replica is first heard of: Prometheus sees no increase in a counter that first
     * appears as 1.
     */
    private Behind register(int replica) {
        Tags tag = MeterGroup.replicaTag(replica);
        group.gauge(
                "sparsestream.replica.divergence",
                "Distance of a replica's last change from the average one, in lengths of the latter",
                tag,
                () -> divergence.getOrDefault(replica, Double.NaN));
        return new Behind(
                group.counter("sparsestream.updates.late", "Updates that began from an older round", tag),
                group.counter("sparsestream.updates.missing", "Rounds that were closed without a replica", tag));
    }

    @Override
    public void close() {
        group.close();
    }
}
