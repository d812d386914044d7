package io.sparsestream.web;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.LiveMeasures;
import io.sparsestream.learn.LossByLabel;
import io.sparsestream.learn.StepResult;
import io.sparsestream.learn.Tensor;
import io.sparsestream.message.Anomaly;
import io.sparsestream.message.ControlResult;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.Reason;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.trainer.Trainer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * One model on its way from the stream thread to the page's. The stream thread notes the newest step, and copies a
 * {@link Snapshot} only when the page's thread has left an empty one: neither waits for the other.
 */
public final class ModelFeed implements TrainingListener {
    private static final int TOLD = 50;
    private static final int ANOMALIES = 10;
    private static final double IDLE_SECONDS = 2;
    /** A model of a short topic makes all its steps before the page looks, which is to show the last ones. */
    private static final long BEGINNING_NANOS = 2_000_000_000;

    /** Age at which a snapshot that nobody has taken in the beginning is taken anew. */
    private static final long REFILL_NANOS = 20_000_000;

    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;

    /** Bytes of parameters that wait to be looked at with: of a large model those of one step alone. */
    private static final long WAITING_BYTES = 1 << 25;

    private static final int MOST_WAITING = 16;

    private final String model;
    private final Examples examples;
    private final AtomicReference<Snapshot> empty = new AtomicReference<>();
    private final AtomicReference<Snapshot> full = new AtomicReference<>();
    private final Recent recent = new Recent(System::nanoTime);
    private volatile LiveMeasures.Summary measures; // of the newest snapshot; null if the model is not measured
    private volatile Trainer trainer;

    // the stream thread's, which alone writes; the others look at the volatile ones
    private long beginningNanos; // when the first step was made
    private long refillNanos; // when a snapshot that nobody has taken yet is filled anew
    private final NavigableSet<Integer> replicas = new TreeSet<>(); // of several that are trained here
    private final History history = new History();
    private final LossByLabel byLabel = new LossByLabel();
    private int beginnings; // times that the model was started, or set back
    private volatile Progress progress = new Progress(-1, 0, 0, 0, 0);
    private volatile long deadLetters;
    private volatile Frame.Replay replay; // null unless one is under way
    private volatile Saved checkpoint; // null before the first
    private volatile Architecture architecture; // null before the task has started
    private volatile Hyperparameters hyperparameters; // null before the task has started
    private volatile List<Long> kept = List.of();
    private volatile List<Frame.Told> told = List.of();
    private volatile List<Frame.Unusual> anomalies = List.of(); // the newest first

    private final BlockingQueue<Kept> waiting = new ArrayBlockingQueue<>(MOST_WAITING); // for the film
    private volatile long nextKept; // step from which on the film needs the parameters

    private volatile InputFormat format = InputFormat.AUTO;
    private volatile String topic = "";
    private volatile Long planned; // null where the run has no end
    private volatile boolean tellsAnomalies;
    private volatile Past past = Past.NONE;
    private volatile boolean isRecalled = true; // the past, in the distributions

    private volatile boolean finished;
    private volatile List<Figure> figures = List.of(); // once the run is finished

    // the page's thread's
    private final Speed stepSpeed = new Speed();
    private final Speed imageSpeed = new Speed();
    private Snapshot latest;
    private Divergence divergence = new Divergence();
    private int divergenceBeginnings; // of the model that it looks at
    private Selectivity selectivity;
    private final Distributions distributions = new Distributions();
    private final Film film = new Film(); // which other threads read
    private volatile Look.Drawing drawing; // null before the first step
    private Twin twin; // null before there are examples
    private double stepsPerSecond;
    private double imagesPerSecond;

    /**
     * How far the model has come.
     *
     * @param step the newest, -1 before the first of the model
     * @param steps by this process
     * @param images by this process
     * @param modelImages by the model
     * @param nanos when this process made the newest step, if it has made one
     */
    private record Progress(long step, long steps, long images, long modelImages, long nanos) {
        Progress afterStep(StepResult result, long ofModel, long now) {
            return new Progress(
                    result.step(), steps + 1, images + result.forward().images(), ofModel, now);
        }

        /** The model was started or set back, and goes on with that step. */
        Progress goingOn(long next, long ofModel) {
            return new Progress(next - 1, steps, images, ofModel, nanos);
        }
    }

    /** A checkpoint, and when it was handed to the producer. */
    private record Saved(long step, long nanos, long at) {}

    /** Parameters before a step. */
    private record Kept(long step, Map<String, float[]> parameters, Architecture architecture) {}

    /** @param examples that all models of the page redraw */
    ModelFeed(String model, Examples examples) {
        this.model = model;
        this.examples = examples;
        empty.set(new Snapshot());
    }

    /**
     * Says what records are like.
     *
     * @param from topic that they come from
     * @param tells whether anomalies are told
     */
    public void expect(InputFormat input, String from, boolean tells) {
        format = input;
        topic = from;
        tellsAnomalies = tells;
    }

    /** Says at which step the run will end. */
    public void plan(long steps) {
        planned = steps;
    }

    /**
     * Shows what the model said of itself before the process began, too.
     *
     * @param said in the order of the steps, each step once
     */
    public void recall(List<Recalled> said) {
        past = new Past(said);
        isRecalled = false;
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
        long now = System.nanoTime();
        beginningNanos = progress.steps() == 0 ? now : beginningNanos;
        progress = progress.afterStep(result, learner.state().images(), now);
        show(learner);
        examples.offer(this, result.batch(), architecture.inputs());
        keep(learner);
        recent.add(result, learner);
        Snapshot snapshot = empty.getAndSet(null);
        if (snapshot == null && now >= refillNanos) {
            snapshot = full.getAndSet(null); // unless the page's thread has just taken it
        }
        if (snapshot != null) {
            snapshot.fill(model, result, learner, history, byLabel);
            snapshot.beginnings = beginnings;
            full.set(snapshot);
            refillNanos = now < beginningNanos + BEGINNING_NANOS ? now + REFILL_NANOS : Long.MAX_VALUE;
        }
    }

    /** Keeps the parameters for the film, at some steps, once there is something to look at with them. */
    private void keep(Learner learner) {
        long now = learner.state().step();
        if (now < nextKept || examples.chosen().isEmpty()) {
            return;
        }
        long bytes = Float.BYTES
                * learner.state().tensors().stream().mapToLong(Tensor::size).sum();
        if (waiting.isEmpty() || waiting.size() < MOST_WAITING && (waiting.size() + 1) * bytes <= WAITING_BYTES) {
            Map<String, float[]> parameters = new LinkedHashMap<>();
            Snapshot.copyParameters(learner, parameters);
            waiting.add(new Kept(now, parameters, learner.architecture()));
            nextKept = Film.next(now);
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
        beginnings++;
        nextKept = 0;
        show(learner);
        progress = progress.goingOn(learner.state().step(), learner.state().images());
    }

    private void show(Learner learner) {
        architecture = learner.architecture();
        hyperparameters = learner.hyperparameters();
    }

    @Override
    public void onControl(ControlResult result, Learner learner) {
        show(learner);
        progress = progress.goingOn(result.step(), result.images());
        if (result.setBack()) {
            beginnings++;
            nextKept = 0;
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
        Progress made = progress;
        long now = System.nanoTime();
        stepsPerSecond = stepSpeed.perSecond(made.steps(), now);
        imagesPerSecond = imageSpeed.perSecond(made.images(), now);
        develop();
        Snapshot next = full.getAndSet(null);
        if (next == null) {
            return;
        }
        if (selectivity == null) {
            selectivity = new Selectivity(next.units());
        }
        selectivity.add(next.hidden[0], next.labels, next.images);
        if (!isRecalled && distributions.recall(past)) {
            isRecalled = true;
        }
        distributions.add(next, hyperparameters);
        drawing = new Look.Drawing(
                Shape.of(next.architecture.inputs(), format), format.fields(), next.bounds, next.isCentred);
        if (divergenceBeginnings != next.beginnings) {
            divergenceBeginnings = next.beginnings;
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

    /** Looks at the examples with the parameters that wait, for the film. */
    private void develop() {
        for (Kept kept = waiting.poll(); kept != null; kept = waiting.poll()) {
            ForwardPass forward = look(kept.architecture(), kept.parameters());
            film.add(Film.Take.of(kept.step(), forward, kept.architecture().inputs()));
        }
    }

    private ForwardPass look(Architecture of, Map<String, float[]> parameters) {
        if (twin == null) {
            twin = new Twin(of, hyperparameters, parameters, examples.chosen().orElseThrow());
        }
        return twin.look(parameters);
    }

    /** The examples, and what the model makes of them now; empty before there are any. */
    Optional<Look> look() {
        Optional<Examples.Chosen> chosen = examples.chosen();
        if (latest == null || chosen.isEmpty() || chosen.get().inputs() != latest.architecture.inputs()) {
            return Optional.empty();
        }
        ForwardPass forward = look(latest.architecture, latest.parameters);
        Film.Take take = Film.Take.of(
                latest.activations.step() + 1, forward, chosen.get().inputs());
        List<String> layers = List.copyOf(latest.activations.layers().keySet());
        return Optional.of(Look.of(model, take, chosen.get(), drawing, Look.Layer.of(forward, layers), film.steps()));
    }

    /** What it made of the examples at a step that is past, or at the last one before that was kept. */
    Optional<Look> lookBack(long at) {
        Look.Drawing drawn = drawing;
        return drawn == null
                ? Optional.empty()
                : film.at(at)
                        .map(take ->
                                Look.of(model, take, examples.chosen().orElseThrow(), drawn, List.of(), film.steps()));
    }

    /** How its activations are distributed. */
    Distributions distributions() {
        return distributions;
    }

    /** Over the steps; empty before there is anything to tell. */
    Optional<History.Points> history() {
        if (latest == null && past.isEmpty()) {
            return Optional.empty();
        }
        History.Points present = (latest == null ? new History() : latest.history).points(model);
        return Optional.of(past.before(present));
    }

    /** Of the records. */
    InputFormat format() {
        return format;
    }

    /** Of a record, after the first step. */
    Shape shape() {
        return drawing.shape();
    }

    Selectivity selectivity() {
        return selectivity;
    }

    Frame frame() {
        Trainer watched = trainer;
        Progress made = progress;
        Saved saved = checkpoint;
        long now = System.nanoTime(); // after both, so that neither is of a time to come
        OptionalDouble idle =
                made.steps() == 0 ? OptionalDouble.empty() : OptionalDouble.of((now - made.nanos()) / NANOS_PER_SECOND);
        OptionalLong lag = watched == null ? OptionalLong.empty() : watched.lag();
        State state = state(watched, lag, idle);
        Frame.Replay again = replay;
        return new Frame(
                model,
                state.toString(),
                new Frame.Status(text(state, watched, again), state.tone()),
                error(watched),
                again,
                topic,
                planned,
                made.step(),
                made.modelImages(),
                idle.isPresent() ? idle.getAsDouble() : null,
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
                latest == null ? Map.of() : latest.errorByLabel,
                figures,
                latest == null ? null : latest.activations);
    }

    /** @param idle seconds since the newest step; empty before the first */
    private State state(Trainer watched, OptionalLong lag, OptionalDouble idle) {
        if (finished && (watched == null || watched.state() != Trainer.State.FAILED)) {
            return State.FINISHED;
        }
        if (watched == null) {
            return State.STARTING;
        }
        // While records wait, a step that takes long is no idleness.
        boolean waits = idle.orElse(Double.POSITIVE_INFINITY) > IDLE_SECONDS && lag.orElse(0) == 0;
        return State.of(watched.state(), replay != null, waits, isDiverging());
    }

    /** Whether the loss has risen far. */
    boolean isDiverging() {
        return divergence.isDiverging();
    }

    private static String text(State state, Trainer watched, Frame.Replay again) {
        if (state == State.REPLAYING && again != null) {
            return String.format(Locale.ROOT, "replaying %,d of %,d records again", again.done(), again.total());
        }
        return state == State.PAUSED
                ? watched.pausedBy().map(by -> "paused by " + by).orElse(state.text())
                : state.text();
    }

    private static String error(Trainer watched) {
        return watched == null ? null : watched.trouble().orElse(null);
    }
}
