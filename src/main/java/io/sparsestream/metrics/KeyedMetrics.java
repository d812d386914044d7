package io.sparsestream.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.StepResult;
import io.sparsestream.stream.keyed.KeyedListener;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;

/**
 * The training of a model for each key as meters: what all of them do together. None is labelled with a key, of which
 * there may be thousands.
 */
public final class KeyedMetrics implements KeyedListener {
    private final TrainingMetrics all;
    private final Counter loads;
    private final Counter evictions;
    private final Map<Integer, Models> models = new ConcurrentHashMap<>(); // by partition

    private record Models(int inMemory, long keys) {}

    /** @param model the name that all models have in common */
    public KeyedMetrics(MeterRegistry registry, String model) {
        all = new TrainingMetrics(registry, model);
        Tags tags = Tags.of("model", model);
        loads = Counter.builder("sparsestream.model.loads")
                .description("Models that were given a place in memory: new ones, and ones from the store")
                .tags(tags)
                .register(registry);
        evictions = Counter.builder("sparsestream.model.evictions")
                .description("Models that had to give their place in memory to another")
                .tags(tags)
                .register(registry);
        gauge(registry, tags, "sparsestream.models.in.memory", "Models in memory", Models::inMemory);
        gauge(registry, tags, "sparsestream.models", "Models in memory and in the store", Models::keys);
    }

    private void gauge(
            MeterRegistry registry, Tags tags, String name, String description, ToLongFunction<Models> count) {
        Gauge.builder(
                        name,
                        models,
                        each -> each.values().stream().mapToLong(count).sum())
                .description(description + " of this process")
                .tags(tags)
                .register(registry);
    }

    @Override
    public void onStep(StepResult result, Learner learner, long nanos) {
        all.count(result, nanos);
    }

    @Override
    public void onReconstruction(long latencyMillis) {
        all.onReconstruction(latencyMillis);
    }

    @Override
    public void onDeadLetter(String reason) {
        all.onDeadLetter(reason);
    }

    @Override
    public void onCheckpoint(long step, long nanos) {
        all.onCheckpoint(step, nanos);
    }

    @Override
    public void onReplay(long done, long total) {
        all.onReplay(done, total);
    }

    @Override
    public void onResume(Learner learner, long nanos) {
        all.onResume(learner, nanos);
    }

    @Override
    public void onSkip(long offsets) {
        all.onSkip(offsets);
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
