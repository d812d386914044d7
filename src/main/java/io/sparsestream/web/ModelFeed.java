package io.sparsestream.web;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.LiveMeasures;
import io.sparsestream.learn.LossByLabel;
import io.sparsestream.learn.StepResult;
import io.sparsestream.message.Anomaly;
import io.sparsestream.message.ControlResult;
import io.sparsestream.message.Reason;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.trainer.Trainer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * One model on its way from the stream thread to the page's. The stream thread notes the newest step, and copies a
 * {@link Snapshot} only when the page's thread has left an empty one: neither waits for the other.
 */
public final class ModelFeed implements TrainingListener {
    private static final int TOLD = 50;
    private static final int ANOMALIES = 10;
    private static final long IDLE_NANOS = 2_000_000_000;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;

    private final String model;
    private final AtomicReference<Snapshot> empty = new AtomicReference<>();
    private final AtomicReference<Snapshot> full = new AtomicReference<>();
    private final Recent recent = new Recent(System::nanoTime);
    private volatile LiveMeasures.Summary measures; // of the newest snapshot; null if the model is not measured
    private volatile Trainer trainer;

    // the stream thread's, which alone writes; the others look at the volatile ones
    private final NavigableSet<Integer> replicas = new TreeSet<>(); // of several that are trained here
    private final History history = new History();
    private final LossByLabel byLabel = new LossByLabel();
    private volatile long step = -1;
    private volatile long steps;
    private volatile long images; // by this process
    private volatile long modelImages; // by the model
    private volatile long stepNanos;
    private volatile long deadLetters;
    private volatile Frame.Replay replay; // null unless one is under way
    private volatile Saved checkpoint; // null before the first
    private volatile Architecture architecture; // null before the task has started
    private volatile Hyperparameters hyperparameters; // null before the task has started
    private volatile List<Long> kept = List.of();
    private volatile List<Frame.Told> told = List.of();
    private volatile List<Frame.Unusual> anomalies = List.of(); // the newest first

    private volatile List<String> names = List.of(); // of the inputs; empty if they have numbers
    private volatile boolean tellsAnomalies;
    private volatile boolean isAnother; // model than before, whose losses say nothing of those to come

    private volatile boolean finished;
    private volatile List<Figure> figures = List.of(); // once the run is finished

    // the page's thread's
    private final Speed stepSpeed = new Speed();
    private final Speed imageSpeed = new Speed();
    private Snapshot latest;
    private Divergence divergence = new Divergence();
    private Selectivity selectivity;
    private double stepsPerSecond;
    private double imagesPerSecond;

    /** A checkpoint, and when it was handed to the producer. */
    private record Saved(long step, long nanos, long at) {}

    ModelFeed(String model) {
        this.model = model;
        empty.set(new Snapshot());
    }

    /**
     * Says what records are like.
     *
     * @param inputs their names; empty if they have numbers
     * @param tells whether anomalies are told
     */
    public void expect(List<String> inputs, boolean tells) {
        names = List.copyOf(inputs);
        tellsAnomalies = tells;
    }

    /** Shows the state and lag of that trainer from now on. */
    public void watch(Trainer started) {
        trainer = started;
    }

    /**
     * Says that the run has ended as intended, whatever its trainer does now, unless that fails.
     *
     * @param last what came of it, in the order in which it is to be shown
     */
    public void finish(List<Figure> last) {
        figures = List.copyOf(last);
        finished = true;
    }

    @Override
    public void onStep(StepResult result, Learner learner, long nanos) {
        history.add(result, learner);
        byLabel.add(result);
        step = result.step();
        steps = steps + 1;
        images = images + result.forward().images();
        modelImages = learner.state().images();
        stepNanos = System.nanoTime();
        show(learner);
        recent.add(result, learner);
        if (empty.get() != null) {
            Snapshot snapshot = empty.getAndSet(null);
            snapshot.fill(model, result, learner, history, byLabel);
            full.set(snapshot);
        }
    }

    @Override
    public void onDeadLetter(Reason reason) {
        deadLetters = deadLetters + 1;
    }

    @Override
    public void onAnomaly(Anomaly anomaly, long timestamp) {
        Frame.Unusual newest = new Frame.Unusual(
                timestamp, anomaly.source(), anomaly.label(), anomaly.rank(), anomaly.anomaly(), anomaly.inputs());
        anomalies = Stream.concat(Stream.of(newest), anomalies.stream())
                .limit(ANOMALIES)
                .toList();
    }

    @Override
    public void onReplay(long done, long total) {
        replay = new Frame.Replay(done, total);
    }

    @Override
    public void onResume(Learner learner, long nanos) {
        replay = null;
        isAnother = true;
        show(learner);
        step = learner.state().step() - 1;
        modelImages = learner.state().images();
    }

    private void show(Learner learner) {
        architecture = learner.architecture();
        hyperparameters = learner.hyperparameters();
    }

    @Override
    public void onControl(ControlResult result, Learner learner) {
        show(learner);
        step = result.step() - 1;
        modelImages = result.images();
        isAnother |= result.setBack();
        if (result.setBack()) {
            recent.clear();
        }
        List<Frame.Told> longer = new ArrayList<>(told);
        longer.add(new Frame.Told(result.step(), result.effect(), result.refused(), result.source()));
        told = List.copyOf(longer.subList(Math.max(0, longer.size() - TOLD), longer.size()));
    }

    @Override
    public void onKept(List<Long> steps) {
        kept = steps;
    }

    @Override
    public void onCheckpoint(long updates, long nanos) {
        checkpoint = new Saved(updates, nanos, System.nanoTime());
    }

    /** Of several that are trained here the page shows the one with the lowest partition. */
    @Override
    public TrainingListener replica(int partition) {
        replicas.add(partition);
        return new Replica(partition);
    }

    private final class Replica implements TrainingListener {
        private final int partition;

        Replica(int partition) {
            this.partition = partition;
        }

        private boolean isShown() {
            return replicas.first() == partition;
        }

        @Override
        public void onStep(StepResult result, Learner learner, long nanos) {
            if (isShown()) {
                ModelFeed.this.onStep(result, learner, nanos);
            }
        }

        @Override
        public void onDeadLetter(Reason reason) {
            ModelFeed.this.onDeadLetter(reason);
        }

        @Override
        public void onAnomaly(Anomaly anomaly, long timestamp) {
            ModelFeed.this.onAnomaly(anomaly, timestamp);
        }

        @Override
        public void onReplay(long done, long total) {
            if (isShown()) {
                ModelFeed.this.onReplay(done, total);
            }
        }

        @Override
        public void onResume(Learner learner, long nanos) {
            if (isShown()) {
                ModelFeed.this.onResume(learner, nanos);
            }
        }

        @Override
        public void onCheckpoint(long updates, long nanos) {
            if (isShown()) {
                ModelFeed.this.onCheckpoint(updates, nanos);
            }
        }

        @Override
        public void onEnd() {
            replicas.remove(partition);
        }
    }

    String model() {
        return model;
    }

    /** Takes the snapshot that is ready, if one is, and leaves an empty one for the next. On the page's thread. */
    void advance() {
        long now = System.nanoTime();
        stepsPerSecond = stepSpeed.perSecond(steps, now);
        imagesPerSecond = imageSpeed.perSecond(images, now);
        Snapshot next = full.getAndSet(null);
        if (next == null) {
            return;
        }
        if (selectivity == null) {
            selectivity = new Selectivity(next.units());
        }
        selectivity.add(next.hidden, next.labels, next.images);
        if (isAnother) {
            isAnother = false;
            divergence = new Divergence();
        }
        divergence.add(
                next.activations.loss().get("total"), next.activations.loss().get("mse"));
        empty.set(latest == null ? new Snapshot() : latest);
        latest = next;
        measures = next.activations.measures();
    }

    /** For those who explore the model, on any thread. */
    Recent recent() {
        return recent;
    }

    /** What was measured of the model of late, on any thread. */
    Optional<LiveMeasures.Summary> measures() {
        return Optional.ofNullable(measures);
    }

    /** The newest snapshot, or null before the first step; until the next {@link #advance}. */
    Snapshot latest() {
        return latest;
    }

    /** Names of the inputs; empty if they have numbers. */
    List<String> names() {
        return names;
    }

    /** Of a record, after the first step. */
    Shape shape() {
        return Shape.of(latest.architecture.inputs(), !names.isEmpty());
    }

    Selectivity selectivity() {
        return selectivity;
    }

    Frame frame() {
        long now = System.nanoTime();
        Trainer watched = trainer;
        boolean begun = steps > 0;
        Saved saved = checkpoint;
        double idle = (now - stepNanos) / NANOS_PER_SECOND;
        OptionalLong lag = watched == null ? OptionalLong.empty() : watched.lag();
        State state = state(watched, begun, now);
        Frame.Replay again = replay;
        return new Frame(
                model,
                state.toString(),
                new Frame.Status(text(state, watched, again), state.tone()),
                error(watched),
                again,
                step,
                modelImages,
                begun ? idle : null,
                stepsPerSecond,
                imagesPerSecond,
                lag.isPresent() ? lag.getAsLong() : null,
                deadLetters,
                saved == null
                        ? null
                        : new Frame.Checkpoint(
                                saved.step(), (now - saved.at()) / NANOS_PER_SECOND, saved.nanos() / NANOS_PER_MILLI),
                architecture == null ? null : architecture.toString(),
                hyperparameters,
                kept,
                told,
                tellsAnomalies ? anomalies : null,
                figures,
                latest == null ? null : latest.activations);
    }

    private State state(Trainer watched, boolean begun, long now) {
        if (finished && (watched == null || watched.state() != Trainer.State.FAILED)) {
            return State.FINISHED;
        }
        if (watched == null) {
            return State.STARTING;
        }
        boolean idle = !begun || now - stepNanos > IDLE_NANOS;
        return State.of(watched.state(), replay != null, idle, divergence.isDiverging());
    }

    private static String text(State state, Trainer watched, Frame.Replay again) {
        if (state == State.REPLAYING && again != null) {
            return String.format(Locale.ROOT, "replaying %,d of %,d images again", again.done(), again.total());
        }
        return state == State.PAUSED
                ? watched.pausedBy().map(by -> "paused by " + by).orElse(state.text())
                : state.text();
    }

    private static String error(Trainer watched) {
        return watched == null ? null : watched.trouble().orElse(null);
    }
}
