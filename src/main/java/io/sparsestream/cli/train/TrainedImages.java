package io.sparsestream.cli.train;

import io.sparsestream.learn.Learner;
import io.sparsestream.learn.StepResult;
import io.sparsestream.message.ControlResult;
import io.sparsestream.stream.TrainingListener;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** How many images a model has been trained on, by the replicas that are here; written by the stream thread. */
final class TrainedImages implements TrainingListener {
    private static final int ALONE = -1; // in the place of the partition

    private final Map<Integer, Long> images = new ConcurrentHashMap<>(); // by partition
    private final Set<Integer> resumed = ConcurrentHashMap.newKeySet(); // partitions that had been learned from before
    private volatile long changedNanos = System.nanoTime();

    private void set(int partition, long count) {
        images.put(partition, count);
        changedNanos = System.nanoTime();
    }

    @Override
    public void onStep(StepResult result, Learner learner, long nanos) {
        set(ALONE, learner.state().images());
    }

    private void resume(int partition, long count) {
        set(partition, count);
        if (count > 0) {
            resumed.add(partition);
        }
    }

    @Override
    public void onResume(Learner learner, long nanos) {
        resume(ALONE, learner.state().images());
    }

    @Override
    public void onControl(ControlResult result, Learner learner) {
        set(ALONE, learner.state().images());
    }

    @Override
    public TrainingListener replica(int partition) {
        return new TrainingListener() {
            @Override
            public void onStep(StepResult result, Learner learner, long nanos) {
                set(partition, learner.state().images());
            }

            @Override
            public void onResume(Learner learner, long nanos) {
                resume(partition, learner.state().images());
            }

            @Override
            public void onEnd() {
                images.remove(partition);
            }
        };
    }

    /** Those of all replicas that are here. */
    long images() {
        return images.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Whether the task of a partition had learned something when it started, as far as it is here. */
    boolean hadLearned(int partition) {
        return resumed.contains(isReplicas() ? partition : ALONE);
    }

    /** Whether there are several replicas, as far as is known. */
    boolean isReplicas() {
        return !images.containsKey(ALONE);
    }

    /** Since the newest step. */
    Duration quiet() {
        return Duration.ofNanos(System.nanoTime() - changedNanos);
    }
}
