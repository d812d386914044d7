package io.sparsestream.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.Losses;
import io.sparsestream.learn.StepResult;
import io.sparsestream.message.Anomaly;
import io.sparsestream.message.Reason;
import io.sparsestream.stream.TrainingListener;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * The progress of training as meters: what was done, how long it took, and the losses of the last step. It needs no look at
 * a learner, so it serves one model as well as many models by key.
 */
final class ProgressMetrics implements TrainingListener {
    private static final Losses UNKNOWN = new Losses(Double.NaN, Double.NaN, Double.NaN);

    // Bounds of the histograms, in milliseconds.
    private static final int[] STEP_BOUNDS = {1, 2, 3, 4, 5, 7, 10, 15, 25, 50, 100, 250, 1000};
    private static final int[] END_TO_END_BOUNDS = {
        5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 3_600_000
    };
    private static final int[] CHECKPOINT_BOUNDS = {5, 10, 25, 50, 100, 250, 500, 1000};
    private static final int[] RESTORE_BOUNDS = {50, 100, 250, 500, 1000, 2500, 5000, 10_000, 60_000};

    private final Counter images;
    private final Counter steps;
    private final DeadLetterMeters deadLetters;
    private final AnomalyMeters anomalies;
    private final Timer step;
    private final Timer endToEnd;
    private final Timer checkpoint;
    private final Timer restore;
    private final Counter replayed;
    private final Counter skipped;
    private final Counter drifts;
    private volatile Losses losses = UNKNOWN;
    private long replayDone; // offsets, of this start of the task; the stream thread's

    ProgressMetrics(MeterGroup group) {
        images = group.counter("sparsestream.images", "images", "Images trained by this process");
        steps = group.counter("sparsestream.steps", "steps", "Training steps made by this process");
        deadLetters = new DeadLetterMeters(group);
        anomalies = new AnomalyMeters(group);
        step = group.timer("sparsestream.step", "One training step", STEP_BOUNDS);
        endToEnd = group.timer(
                "sparsestream.end.to.end", "Image record's timestamp to its reconstruction", END_TO_END_BOUNDS);
        checkpoint = group.timer("sparsestream.checkpoint", "One checkpoint, on the stream thread", CHECKPOINT_BOUNDS);
        restore = group.timer(
                "sparsestream.restore",
                "Start of the task: checkpoint restored, gap behind it trained on again",
                RESTORE_BOUNDS);
        replayed = group.counter("sparsestream.replay.records", "records", "Records trained on again after a restart");
        skipped = group.counter(
                "sparsestream.gap.skipped", "Offsets that retention had deleted before they were trained on");
        drifts =
                group.counter("sparsestream.drifts", "drifts", "Times that the reconstruction error was found to rise");
        loss(group, "total", Losses::total);
        loss(group, "mse", Losses::mse);
        loss(group, "l2", Losses::l2);
        loss(group, "kl", Losses::kl);
    }

    private void loss(MeterGroup group, String term, ToDoubleFunction<Losses> value) {
        group.gauge(
                "sparsestream.loss",
                "Loss of the last mini-batch before it was trained on, by term",
                Tags.of("term", term),
                () -> value.applyAsDouble(losses));
    }

    @Override
    public void onStep(StepResult result, Learner learner, long nanos) {
        steps.increment();
        images.increment(result.forward().images());
        step.record(nanos, TimeUnit.NANOSECONDS);
        losses = result.losses();
        anomalies.add(result.forward());
    }

    @Override
    public void onReconstruction(long latencyMillis) {
        // The timestamp comes from another clock, which may be ahead; a timer drops negative durations.
        endToEnd.record(Math.max(0, latencyMillis), TimeUnit.MILLISECONDS);
    }

    @Override
    public void onDeadLetter(Reason reason) {
        deadLetters.count(reason);
    }

    @Override
    public void onAnomaly(Anomaly anomaly, long timestamp) {
        anomalies.count();
    }

    @Override
    public void onCheckpoint(long updates, long nanos) {
        checkpoint.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void onReplay(long done, long total) {
        replayed.increment(done - replayDone);
        replayDone = done;
    }

    @Override
    public void onResume(Learner learner, long nanos) {
        restore.record(nanos, TimeUnit.NANOSECONDS);
        replayDone = 0;
    }

    @Override
    public void onSkip(long offsets) {
        skipped.increment(offsets);
    }

    /** The reconstruction error was found to rise. */
    void countDrift() {
        drifts.increment();
    }
}
