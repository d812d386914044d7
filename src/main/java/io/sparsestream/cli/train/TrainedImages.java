package io.sparsestream.cli.train;

import io.sparsestream.learn.Learner;
import io.sparsestream.learn.StepResult;
import io.sparsestream.message.ControlResult;
import io.sparsestream.stream.TrainingListener;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** How many images a model has been trained on, by the replicas that are here; written by the threads that train. */
final class TrainedImages implements TrainingListener {
    private final Map<OptionalInt, Long> images =
            new ConcurrentHashMap<>(); // by partition; of one model alone, by none
    private final Map<OptionalInt, AtomicInteger> underWay = new ConcurrentHashMap<>(); // mini-batches, likewise
    private final Set<OptionalInt> resumed = ConcurrentHashMap.newKeySet(); // those that had been learned from before
    private volatile long changedNanos = System.nanoTime();

    private void set(OptionalInt partition, long count) {
        images.put(partition, count);
        changedNanos = System.nanoTime();
    }

    private void batch(OptionalInt partition) {
        underWay.computeIfAbsent(partition, each -> new AtomicInteger()).incrementAndGet();
    }

    private void step(OptionalInt partition, long count) {
        set(partition, count); // first: who sees that nothing is under way must see the images
        AtomicInteger batches = underWay.get(partition);
        if (batches != null) { // else the task has ended meanwhile
            batches.decrementAndGet();
        }
    }

    @Override
    public void onBatch() {
        batch(OptionalInt.empty());
    }

    @Override
    public void onStep(StepResult result, Learner learner, long nanos) {
        step(OptionalInt.empty(), learner.state().images());
    }

    private void resume(OptionalInt partition, long count) {
        underWay.remove(partition); // what was under way is trained on again
        if (count > 0) {
            resumed.add(partition); // first: who sees the images must see that
        }
        set(partition, count);
    }

    @Override
    public void onResume(Learner learner, long nanos) {
        resume(OptionalInt.empty(), learner.state().images());
    }

    @Override
    public void onEnd() {
        underWay.remove(OptionalInt.empty());
    }

    @Override
    public void onControl(ControlResult result, Learner learner) {
        set(OptionalInt.empty(), learner.state().images());
    }

    @Override
    public TrainingListener replica(int partition) {
        return new TrainingListener() {
            @Override
            public void onBatch() {
                batch(OptionalInt.of(partition));
            }

            @Override
            public void onStep(StepResult result, Learner learner, long nanos) {
                step(OptionalInt.of(partition), learner.state().images());
            }

            @Override
            public void onResume(Learner learner, long nanos) {
                resume(OptionalInt.of(partition), learner.state().images());
            }

            @Override
            public void onEnd() {
                images.remove(OptionalInt.of(partition));
                underWay.remove(OptionalInt.of(partition));
            }
        };
    }

    /** Those of all replicas that are here. */
    long images() {
        return images.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Whether no full mini-batch waits for its step. */
    boolean isIdle() {
        return underWay.values().stream().allMatch(count -> count.get() <= 0);
    }

    /** Whether the task of a partition had learned something when it started, as far as it is here. */
    boolean hadLearned(int partition) {
        return resumed.contains(isReplicas() ? OptionalInt.of(partition) : OptionalInt.empty());
    }

    /** Whether there are several replicas, as far as is known. */
    boolean isReplicas() {
        return !images.containsKey(OptionalInt.empty());
    }

    /** Since the newest step. */
    Duration quiet() {
        return Duration.ofNanos(System.nanoTime() - changedNanos);
    }
}
