package io.sparsestream.cli.train;

import io.sparsestream.learn.Learner;
import io.sparsestream.learn.StepResult;
import io.sparsestream.message.Reason;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.trainer.Trainer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Says now and then on the log how far a trainer has come, and once if it has nothing to do. What it hears is written by the
 * threads that train, and read by one of its own.
 */
final class TrainingLog implements TrainingListener, AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(TrainingLog.class);
    private static final Duration EVERY = Duration.ofSeconds(10);

    private final String model;
    private final String topic;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "training-log");
        thread.setDaemon(true);
        return thread;
    });
    private Heard now = new Heard(0, 0, 0, Double.NaN);
    private Heard told = now;
    private long toldNanos = System.nanoTime();
    private boolean waits; // which has been said

    /**
     * What was heard since the start.
     *
     * @param step updates of the newest step, that one included; of models by key those of the model that made it
     * @param records trained on
     * @param loss of the newest step
     */
    private record Heard(long step, long records, long deadLetters, double loss) {}

    /** @param topic of the images */
    TrainingLog(String model, String topic) {
        this.model = model;
        this.topic = topic;
    }

    /** Begins to say something about that trainer, until this log is closed. */
    void start(Trainer trainer) {
        timer.scheduleAtFixedRate(
                () -> next(trainer.state(), trainer.lag(), System.nanoTime()).ifPresent(LOG::info),
                EVERY.toMillis(),
                EVERY.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    @Override
    public synchronized void onStep(StepResult result, Learner learner, long nanos) {
        now = new Heard(
                result.step() + 1,
                now.records + learner.hyperparameters().batch(),
                now.deadLetters,
                result.losses().total());
    }

    @Override
    public synchronized void onResume(Learner learner, long nanos) {
        now = new Heard(learner.state().step(), now.records, now.deadLetters, now.loss);
    }

    @Override
    public synchronized void onDeadLetter(Reason reason) {
        now = new Heard(now.step, now.records, now.deadLetters + 1, now.loss);
    }

    /**
     * What there is to say; empty where nothing has happened, and that was said.
     *
     * @param lag records that have not been fetched; empty where that is not known
     */
    synchronized Optional<ProgressMessage> next(Trainer.State state, OptionalLong lag, long nanos) {
        Heard before = told;
        double seconds = (nanos - toldNanos) / 1e9;
        told = now;
        toldNanos = nanos;
        if (now.equals(before)) {
            return waiting(state);
        }
        waits = false;
        Map<String, Object> numbers = new TreeMap<>();
        numbers.put("model", model);
        numbers.put("step", now.step);
        StringBuilder text = new StringBuilder("model " + model);
        text.append(ProgressMessage.format(": step %,d", now.step));
        if (Double.isFinite(now.loss)) {
            numbers.put("loss", now.loss);
            text.append(ProgressMessage.format(", loss %.4f", now.loss));
        }
        double rate = (now.records - before.records) / seconds;
        numbers.put("recordsPerSecond", rate);
        text.append(ProgressMessage.format(", %,.0f records/s", rate));
        if (lag.isPresent()) {
            numbers.put("lag", lag.getAsLong());
            text.append(ProgressMessage.format(", lag %,d", lag.getAsLong()));
        }
        numbers.put("deadLetters", now.deadLetters);
        text.append(ProgressMessage.format(", %,d dead letter%s", now.deadLetters, now.deadLetters == 1 ? "" : "s"));
        return Optional.of(new ProgressMessage(text.toString(), numbers));
    }

    /** Once; a trainer that is restoring or has lost its broker says so elsewhere. */
    private Optional<ProgressMessage> waiting(Trainer.State state) {
        if (waits || state != Trainer.State.RUNNING && state != Trainer.State.PAUSED) {
            return Optional.empty();
        }
        waits = true;
        String text = ProgressMessage.format("model %s is at step %,d and ", model, now.step)
                + (state == Trainer.State.PAUSED
                        ? "is paused: 'resume' lets it go on"
                        : "waits for records on topic " + topic + ": is something sent there?");
        return Optional.of(new ProgressMessage(text, Map.of("model", model, "step", now.step)));
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
