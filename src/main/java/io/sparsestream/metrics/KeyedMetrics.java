package io.sparsestream.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.sparsestream.stream.keyed.KeyedListener;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;

/**
 * The models for each key as meters: what all of them do together. None is labelled with a key, of which there may be
 * thousands.
 */
public final class KeyedMetrics implements KeyedListener {
    private final Counter loads;
    private final Counter evictions;
    private final Map<Integer, Models> models = new ConcurrentHashMap<>(); // by partition

    private record Models(int inMemory, long keys) {}

    private KeyedMetrics(MeterGroup group) {
        loads = group.counter(
                "sparsestream.model.loads",
                "loads",
                "Models that were given a place in memory: new ones, and ones from the store");
        evictions = group.counter(
                "sparsestream.model.evictions",
                "evictions",
                "Models that had to give their place in memory to another");
        sum(group, "sparsestream.models.in.memory", "Models in memory of this process", Models::inMemory);
        sum(group, "sparsestream.models", "Models in memory and in the store of this process", Models::keys);
    }

    /**
     * Registers meters of the models by key, and of their training, for the whole life of the process.
     *
     * @param model the name that all models have in common
     */
    public static KeyedListener of(MeterRegistry registry, String model) {
        MeterGroup group = MeterGroup.of(registry, model);
        return new KeyedMetrics(group).and(new ProgressMetrics(group));
    }

    /** A gauge of the sum over the partitions. */
    private void sum(MeterGroup group, String name, String description, ToLongFunction<Models> count) {
        group.gauge(
                name,
                description,
                () -> models.values().stream().mapToLong(count).sum());
    }

    @Override
    public void onLoad() {
        loads.increment();
    }

    @Override
    public void onEvict() {
        evictions.increment();
    }

    @Override
    public void onModels(int partition, int inMemory, long keys) {
        models.put(partition, new Models(inMemory, keys));
    }
}
