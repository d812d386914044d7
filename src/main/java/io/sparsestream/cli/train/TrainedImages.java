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

/** How many images a model has been trained on, by the replicas that are here; written by the stream thread. */
final class TrainedImages implements TrainingListener {
    private final Map<OptionalInt, Long> images =
            new ConcurrentHashMap<>(); // by partition; of one model alone, by none
    private final Set<OptionalInt> resumed = ConcurrentHashMap.newKeySet(); // those that had been learned from before
    private volatile long changedNanos = System.nanoTime();

    private void set(OptionalInt partition, long count) {
        images.put(partition, count);
        changedNanos = System.nanoTime();
    }

    @Override
    public void onStep(StepResult result, Learner learner, long nanos) {
        set(OptionalInt.empty(), learner.state().images());
    }

    private void resume(OptionalInt partition, long count) {
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
    public void onControl(ControlResult result, Learner learner) {
        set(OptionalInt.empty(), learner.state().images());
    }

    @Override
    public TrainingListener replica(int partition) {
        return new TrainingListener() {
            @Override
            public void onStep(StepResult result, Learner learner, long nanos) {
                set(OptionalInt.of(partition), learner.state().images());
            }

            @Override
            public void onResume(Learner learner, long nanos) {
                resume(OptionalInt.of(partition), learner.state().images());
            }

            @Override
            public void onEnd() {
                images.remove(OptionalInt.of(partition));
            }
        };
    }

    /** Those of all replicas that are here. */
    long images() {
        return images.values().stream().mapToLong(Long::longValue).sum();
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
