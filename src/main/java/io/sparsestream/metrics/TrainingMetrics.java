package io.sparsestream.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.LossByLabel;
import io.sparsestream.learn.Losses;
import io.sparsestream.learn.StepResult;
import io.sparsestream.stream.Round;
import io.sparsestream.stream.TrainingListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * One model's training as meters, or one replica's of several that learn it: those have its partition as a tag, too, and
 * last as long as it is trained here. A scrape reads only what the stream thread has handed over: the losses of the last
 * step and the last {@link LearnerSnapshot}, never the learner's live arrays.
 */
public final class TrainingMetrics implements TrainingListener {
    /** Steps between snapshots: several a second at full speed, and the norms of all weights cost next to nothing. */
    private static final int STEPS_PER_SNAPSHOT = 50;

    private static final Losses NONE = new Losses(Double.NaN, Double.NaN, Double.NaN);
    private static final List<String> QUANTILES = List.of("0.05", "0.25", "0.5", "0.75", "0.95");
    private static final Duration[] STEP_BUCKETS = Meters.millis(1, 2, 3, 4, 5, 7, 10, 15, 25, 50, 100, 250, 1000);
    private static final Duration[] END_TO_END_BUCKETS =
            Meters.millis(5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 3_600_000);

    private static final Duration[] CHECKPOINT_BUCKETS = Meters.millis(5, 10, 25, 50, 100, 250, 500, 1000);
    private static final Duration[] RESTORE_BUCKETS =
            Meters.millis(50, 100, 250, 500, 1000, 2500, 5000, 10_000, 60_000);

    private final MeterRegistry registry;
    private final String name;
    private final boolean replica;
    private final Tags model;
    private final List<Meter> registered = new ArrayList<>(); // the stream thread's, once training has begun
    private RoundMetrics rounds; // null before the first round that is closed here
    private Timer roundWait; // null before the first answer
    private volatile long round;
    private final Counter images;
    private final Counter steps;
    private final Counter deadLetters;
    private final Timer step;
    private final Timer endToEnd;
    private final Timer checkpoint;
    private final Timer restore;
    private final Counter replayed;
    private final Counter skipped;
    private final Counter drifts;
    private final LossByLabel byLabel = new LossByLabel(); // the stream thread's
    private final Set<String> labelsRegistered = new HashSet<>();
    private final ModelWatch watch; // the training thread's
    private volatile Map<String, Double> lossByLabel = Map.of(); // handed over with the snapshot
    private volatile Losses losses = NONE;
    private volatile LearnerSnapshot snapshot;
    private long replayDone; // of this start of the task; the stream thread's

    /** Registers what is known without a learner; its first step registers the rest. */
    public TrainingMetrics(MeterRegistry registry, String model) {
        this(registry, model, Tags.of("model", model), false);
    }

    private TrainingMetrics(MeterRegistry registry, String name, Tags tags, boolean replica) {
        this.registry = registry;
        this.name = name;
        this.replica = replica;
        model = tags;
        watch = new ModelWatch(name);
        images = counter("sparsestream.images", "Images trained by this process");
        steps = counter("sparsestream.steps", "Training steps made by this process");
        deadLetters = counter("sparsestream.dead.letters", "Records set aside because they are no image");
        step = timer("sparsestream.step", "One training step", STEP_BUCKETS);
        endToEnd =
                timer("sparsestream.end.to.end", "Image record's timestamp to its reconstruction", END_TO_END_BUCKETS);
        checkpoint = timer("sparsestream.checkpoint", "One checkpoint, on the stream thread", CHECKPOINT_BUCKETS);
        restore = timer(
                "sparsestream.restore",
                "Start of the task: checkpoint restored, gap behind it trained on again",
                RESTORE_BUCKETS);
        replayed = counter("sparsestream.replay.records", "Records trained on again after a restart");
        skipped = counter("sparsestream.gap.skipped", "Offsets that retention had deleted before they were trained on");
        drifts = counter("sparsestream.drifts", "Times that the reconstruction error was found to rise");
        loss("total", Losses::total);
        loss("mse", Losses::mse);
        loss("l2", Losses::l2);
        loss("kl", Losses::kl);
    }

    /** A step of whichever model, without a look at its learner. */
    void count(StepResult result, long nanos) {
        steps.increment();
        images.increment(result.forward().images());
        step.record(nanos, TimeUnit.NANOSECONDS);
        losses = result.losses();
    }

    @Override
    public void onStep(StepResult result, Learner learner, long nanos) {
        count(result, nanos);
        byLabel.add(result);
        if (watch.isDrift(result, learner.hyperparameters())) {
            drifts.increment();
        }
        LearnerSnapshot last = snapshot;
        if (last == null || isDue(last.step(), result.step())) {
            LearnerSnapshot next = LearnerSnapshot.of(result.step(), learner);
            snapshot = next;
            watch.lookForStuckLayers(next);
            handOverLossByLabel();
            if (last == null) {
                registerLearner(next);
            }
        }
    }

    private void handOverLossByLabel() {
        lossByLabel = byLabel.toMap();
        for (String label : lossByLabel.keySet()) {
            if (labelsRegistered.add(label)) {
                registered.add(Gauge.builder("sparsestream.loss.label", () -> lossByLabel.get(label))
                        .description("Mean squared error of about the last 1,000 images of a label, before training")
                        .tags(model.and("label", label))
                        .register(registry));
            }
        }
    }

    /** Due too when the steps ran backwards: the learner was restored to an earlier checkpoint. */
    private static boolean isDue(long last, long now) {
        return now < last || now - last >= STEPS_PER_SNAPSHOT;
    }

    @Override
    public void onReconstruction(long latencyMillis) {
        // The timestamp comes from another clock, which may be ahead; a timer drops negative durations.
        endToEnd.record(Math.max(0, latencyMillis), TimeUnit.MILLISECONDS);
    }

    @Override
    public void onDeadLetter(String reason) {
        deadLetters.increment();
    }

    @Override
    public void onCheckpoint(long step, long nanos) {
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
        watch.restart();
    }

    @Override
    public void onSkip(long offsets) {
        skipped.increment(offsets);
    }

    @Override
    public TrainingListener replica(int partition) {
        unregister(); // a meter has either this tag or not
        return new TrainingMetrics(
                registry, name + "/" + partition, model.and("replica", Integer.toString(partition)), true);
    }

    @Override
    public void onAnswer(long newRound, long nanos) {
        round = newRound;
        if (roundWait == null) {
            roundWait = timer(
                    "sparsestream.round.wait",
                    "From a replica's update to the answer that it waits for",
                    RoundMetrics.BUCKETS);
            registered.add(Gauge.builder("sparsestream.round", () -> round)
                    .description("Rounds closed when the replica last had an answer")
                    .tags(model)
                    .register(registry));
        }
        roundWait.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void onRound(Round closed) {
        if (rounds == null) {
            rounds = new RoundMetrics(registry, model);
        }
        rounds.add(closed);
    }

    @Override
    public void onEnd() {
        if (replica) {
            unregister();
        } else if (rounds != null) {
            rounds.close();
            rounds = null;
        }
    }

    private void unregister() {
        registered.forEach(registry::remove);
        registered.clear();
    }

    private void registerLearner(LearnerSnapshot first) {
        first.layers().keySet().forEach(this::registerLayer);
        for (String tensor : first.weightNorms().keySet()) {
            gauge(
                    "sparsestream.weight.norm",
                    "L2 norm of a weight matrix",
                    Tags.of("tensor", tensor),
                    now -> now.weightNorms().get(tensor));
        }
        gauge(
                "sparsestream.activation.target",
                "Mean activation that the sparsity term pulls every hidden unit towards",
                Tags.empty(),
                now -> now.hyperparameters().rho());
        hyperparameter("learning-rate", now -> now.hyperparameters().learningRate(now.step()));
        hyperparameter("alpha", now -> now.hyperparameters().alpha());
        hyperparameter("rho", now -> now.hyperparameters().rho());
        hyperparameter("batch", now -> now.hyperparameters().batch());
        hyperparameter("beta1", now -> now.hyperparameters().beta1());
        hyperparameter("beta2", now -> now.hyperparameters().beta2());
        hyperparameter("epsilon", now -> now.hyperparameters().epsilon());
        int layer = 0;
        for (String name : first.layers().keySet()) {
            int index = layer++;
            hyperparameter(
                    index == 0 ? "beta" : "beta." + name,
                    now -> now.hyperparameters().beta(index));
        }
    }

    private void registerLayer(String name) {
        Tags layer = Tags.of("layer", name);
        String mean = "sparsestream.activation.mean";
        String meanDescription = "Average activation over a layer's units";
        layerGauge(mean, meanDescription, layer.and("window", "all"), name, LearnerSnapshot.Layer::meanOfAll);
        layerGauge(mean, meanDescription, layer.and("window", "recent"), name, LearnerSnapshot.Layer::meanOfRecent);
        layerGauge(
                "sparsestream.units.dead",
                "Fraction of units that are dead of late",
                layer,
                name,
                LearnerSnapshot.Layer::dead);
        layerGauge(
                "sparsestream.units.saturated",
                "Fraction of units that are saturated of late",
                layer,
                name,
                LearnerSnapshot.Layer::saturated);
        for (String quantile : QUANTILES) {
            double q = Double.parseDouble(quantile);
            layerGauge(
                    "sparsestream.activation.quantile",
                    "Quantile over a layer's units of their recent average activation",
                    layer.and("q", quantile),
                    name,
                    found -> found.quantile(q));
        }
    }

    private void layerGauge(
            String name, String description, Tags tags, String layer, ToDoubleFunction<LearnerSnapshot.Layer> value) {
        gauge(name, description, tags, now -> value.applyAsDouble(now.layers().get(layer)));
    }

    private void hyperparameter(String name, ToDoubleFunction<LearnerSnapshot> value) {
        gauge("sparsestream.hyperparameter", "What a person chose about learning", Tags.of("name", name), value);
    }

    private void gauge(String name, String description, Tags tags, ToDoubleFunction<LearnerSnapshot> value) {
        registered.add(Gauge.builder(name, () -> value.applyAsDouble(snapshot))
                .description(description)
                .tags(model.and(tags))
                .register(registry));
    }

    private void loss(String term, ToDoubleFunction<Losses> value) {
        registered.add(Gauge.builder("sparsestream.loss", () -> value.applyAsDouble(losses))
                .description("Loss of the last mini-batch before it was trained on, by term")
                .tags(model.and("term", term))
                .register(registry));
    }

    private Counter counter(String name, String description) {
        Counter counter =
                Counter.builder(name).description(description).tags(model).register(registry);
        registered.add(counter);
        return counter;
    }

    private Timer timer(String name, String description, Duration... buckets) {
        Timer timer = Timer.builder(name)
                .description(description)
                .tags(model)
                .serviceLevelObjectives(buckets)
                .register(registry);
        registered.add(timer);
        return timer;
    }
}
