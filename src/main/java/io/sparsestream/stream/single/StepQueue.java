package io.sparsestream.stream.single;

import io.sparsestream.learn.Anomalies;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.StepResult;
import io.sparsestream.stream.Image;
import io.sparsestream.stream.PendingBatch;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Mini-batches on their way through the training step, in order. {@link #inline} makes the steps on the stream thread;
 * {@link #threaded} makes them on a thread of its own, while the stream thread fills the next batch, emits what the last
 * steps have found, polls and commits. All methods are the stream thread's; while no batch is under way, so is the learner.
 */
public final class StepQueue implements AutoCloseable {
    private static final long CLOSE_SECONDS = 10;

    /**
     * Of steps that may be under way: whoever needs the learner waits for all of them within one transaction, which would expire
     * behind a queue of slow steps, again and again.
     */
    private static final long MOST_NANOS = 2_000_000_000;

    private final Learner learner;
    private final MiniBatch decoded; // the batch that the learner is at
    private final AfterStep afterStep;
    private final Executor executor;
    private final Runnable awaitEnd;
    private final Deque<Step> free = new ArrayDeque<>();
    private final Deque<Step> underWay = new ArrayDeque<>();
    private int unmade; // steps for which nothing has been allocated yet
    private volatile boolean failed;
    private volatile boolean closed;
    private volatile long lastNanos; // of the step that was made last

    /** Makes the queue of a task. */
    @FunctionalInterface
    public interface Factory {
        /** @param name of the task, for its threads */
        StepQueue of(Learner learner, String name, AfterStep afterStep);
    }

    /** Sees each step on the thread that has made it. */
    @FunctionalInterface
    public interface AfterStep {
        /**
         * @param images of the mini-batch
         * @param nanos which the step took
         * @return a report to be emitted along with the reconstructions, for some of the steps
         */
        Optional<byte[]> report(StepResult result, List<Image> images, long nanos);
    }

    /** One of the batches, with what its step has found once it is done. */
    final class Step {
        private final PendingBatch batch;
        private final float[] reconstructions; // copies: the learner's own hold only until its next step
        private final double[] mse;
        private final float[] factors;
        private final Anomalies anomalies;
        private CountDownLatch done;
        private long number;
        private Optional<byte[]> report;
        private Throwable failure; // unchecked

        private Step() {
            int capacity = learner.hyperparameters().batch();
            batch = new PendingBatch(capacity);
            reconstructions = new float[capacity * learner.architecture().inputs()];
            mse = new double[capacity];
            factors = new float[learner.architecture().inputs()];
            anomalies = new Anomalies(new double[capacity], new double[capacity]);
        }

        /** The images, to be cleared by whoever is done with the step. */
        PendingBatch batch() {
            return batch;
        }

        /** Updates before this step. */
        long number() {
            return number;
        }

        /** Reconstructions and errors of the images; it has no activations. */
        ForwardPass forward() {
            return new ForwardPass(mse.length, reconstructions, mse, null, null, factors, anomalies);
        }

        /** By {@link AfterStep}. */
        Optional<byte[]> report() {
            return report;
        }

        private void make() {
            try {
                if (failed || closed) {
                    return;
                }
                MiniBatch images = decode(batch);
                long start = System.nanoTime();
                StepResult result = learner.train(images);
                long nanos = System.nanoTime() - start;
                lastNanos = nanos;
                number = result.step();
                System.arraycopy(result.forward().reconstructions(), 0, reconstructions, 0, reconstructions.length);
                System.arraycopy(result.forward().mse(), 0, mse, 0, mse.length);
                System.arraycopy(result.forward().factors(), 0, factors, 0, factors.length);
                Anomalies found = result.forward().anomalies();
                System.arraycopy(found.deviation(), 0, anomalies.deviation(), 0, mse.length);
                System.arraycopy(found.rank(), 0, anomalies.rank(), 0, mse.length);
                report = afterStep.report(result, batch.images(), nanos);
            } catch (RuntimeException | Error e) {
                failed = true;
                failure = e;
            } finally {
                done.countDown();
            }
        }
    }

    StepQueue(Learner learner, AfterStep afterStep, int ahead, Executor executor, Runnable awaitEnd) {
        this.learner = learner;
        decoded = learner.newBatch();
        this.afterStep = afterStep;
        this.executor = executor;
        this.awaitEnd = awaitEnd;
        unmade = ahead + 1;
    }

    /** Makes each step on the stream thread when its batch is submitted. */
    public static Factory inline() {
        return (learner, name, afterStep) -> new StepQueue(learner, afterStep, 1, Runnable::run, () -> {});
    }

    /**
     * Makes the steps on a thread of their own.
     *
     * @param ahead full mini-batches that may be under way while another one fills
     */
    public static Factory threaded(int ahead) {
        return (learner, name, afterStep) -> {
            ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
                Thread made = new Thread(task, "train-" + name);
                made.setDaemon(true);
                // All else waits for it: where the JVM passes priorities on, it need not wait for a core.
                made.setPriority(Thread.MAX_PRIORITY);
                return made;
            });
            return new StepQueue(learner, afterStep, ahead, thread, () -> awaitEnd(thread));
        };
    }

    /** A batch in the learner's form, until the next call. As the learner, the stream thread's while none is under way. */
    MiniBatch decode(PendingBatch batch) {
        batch.fill(decoded);
        return decoded;
    }

    /** The batch that fills; there is one unless every other one is under way. */
    PendingBatch filling() {
        if (free.isEmpty() && unmade > 0) {
            free.add(new Step());
            unmade--;
        }
        return free.element().batch;
    }

    /** Whether a batch must be taken before another can fill: all are under way, or as many as may take two seconds. */
    boolean isFull() {
        return free.isEmpty() && unmade == 0 || underWay.size() > 1 && underWay.size() * lastNanos > MOST_NANOS;
    }

    boolean isEmpty() {
        return underWay.isEmpty();
    }

    /** Sends the full batch on its way. */
    void submit() {
        Step step = free.remove();
        step.done = new CountDownLatch(1);
        underWay.add(step);
        executor.execute(step::make);
    }

    /** Whether the oldest batch under way is done. */
    boolean isDone() {
        return !underWay.isEmpty() && underWay.element().done.getCount() == 0;
    }

    /**
     * The oldest batch under way, when it is done; to be given back.
     *
     * @throws RuntimeException or Error with which its step has failed; those behind it were not made then
     */
    Step take() {
        Step step = underWay.remove();
        try {
            step.done.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a training step was under way", e);
        }
        if (step.failure instanceof Error error) {
            throw error;
        } else if (step.failure instanceof RuntimeException exception) {
            throw exception;
        }
        return step;
    }

    /** Its batch may fill again. */
    void giveBack(Step step) {
        step.batch.clear();
        free.add(step);
    }

    /** Waits until the learner is left alone: for the step that is being made, whose result is lost with the learner. */
    @Override
    public void close() {
        closed = true;
        awaitEnd.run();
    }

    private static void awaitEnd(ExecutorService thread) {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("a training step is still under way after " + CLOSE_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a training step was under way", e);
        }
    }
}
