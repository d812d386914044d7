package io.sparsestream.trainer;

import io.sparsestream.application.Description;
import io.sparsestream.application.FailureText;
import io.sparsestream.application.Health;
import io.sparsestream.application.PausableClients;
import io.sparsestream.application.StreamsApplication;
import io.sparsestream.learn.Learner;
import io.sparsestream.model.ModelException;
import io.sparsestream.stream.DeadLetters;
import io.sparsestream.stream.TaskSettings;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.stream.keyed.KeyedListener;
import io.sparsestream.stream.keyed.PerKey;
import io.sparsestream.stream.rounds.Replication;
import io.sparsestream.topic.InitialOffset;
import io.sparsestream.topic.KafkaSourceLog;
import io.sparsestream.topic.MonotonicTime;
import io.sparsestream.topic.TopicSetup;
import io.sparsestream.topic.Topics;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.streams.KafkaStreams;

/** Trains one model from the images topic, as one Kafka Streams application. */
public final class Trainer implements AutoCloseable {
    private final StreamsApplication application;
    private final String images;
    private final Notes notes;

    /** What was heard of the training that its health tells. */
    private record Notes(DeadLetters deadLetters, Pauses pauses) {
        static Notes of(Topics topics) {
            return new Notes(new DeadLetters("model " + topics.model(), topics.deadLetters()), new Pauses());
        }
    }

    /** Remembers by which control record the model was paused; written by the stream thread, read by others. */
    private static final class Pauses implements TrainingListener {
        private volatile Optional<String> by = Optional.empty();

        @Override
        public void onPause(String source) {
            by = Optional.of(source);
        }

        @Override
        public void onContinue() {
            by = Optional.empty();
        }

        @Override
        public void onEnd() {
            by = Optional.empty(); // another process may hear that it is to go on
        }
    }

    /** What the stream is doing. */
    public enum State {
        /** The group assigns the partition, or the gap after the checkpoint is being closed. */
        REBALANCING,
        /** The checkpoint is being read. */
        RESTORING,
        RUNNING,
        /** It runs, but leaves the images alone until it is told to resume. */
        PAUSED,
        /** The connections to Kafka are made anew. */
        RECONNECTING,
        STOPPED,
        /** The broker has not answered for a while. */
        UNREACHABLE,
        /** Stopped by an error. */
        FAILED
    }

    private Trainer(StreamsApplication application, String images, Notes notes) {
        this.application = application;
        this.images = images;
        this.notes = notes;
    }

    /**
     * Creates missing topics and starts; learning begins as soon as the group has assigned a partition.
     *
     * @param learner a new learner for each time that the task starts
     * @throws ModelException if the model was learned from another number of partitions
     */
    public static Trainer start(TrainerSettings settings, Supplier<Learner> learner, TrainingListener listener)
            throws ExecutionException, InterruptedException {
        return start(settings, learner, listener, MonotonicTime::new);
    }

    /** @param time of each start of Kafka Streams */
    static Trainer start(
            TrainerSettings settings,
            Supplier<Learner> learner,
            TrainingListener listener,
            Supplier<MonotonicTime> time)
            throws ExecutionException, InterruptedException {
        TaskSettings task = settings.task();
        Topics topics = task.topics();
        if (task.alertAbove().isPresent()) {
            TopicSetup.createAnomalies(settings.kafka(), topics.anomalies());
        }
        int partitions = TopicSetup.createAll(settings.kafka(), task.images(), topics);
        if (partitions > 1 && learner.get().hyperparameters().scale().isGiven()) {
            throw new ModelException(
                    "topic " + task.images() + " has " + partitions + " partitions, but a running scale is"
                            + " learned from one: scale what you send and give --scale none, or train a model for each key");
        }
        Notes notes = Notes.of(topics);
        TrainingListener all = listener.and(notes.deadLetters()).and(notes.pauses());
        Mode mode = partitions == 1
                ? new Mode.Single(task, learner, all.single())
                : new Mode.Rounds(task, new Replication(partitions, settings.sync()), learner, all);
        return start(settings, mode, notes, time);
    }

    /**
     * The same with a model for each key, from an images topic of any number of partitions; none of them can be steered.
     *
     * @param learner a new learner, of which each task asks for as many as it may have in memory
     */
    public static Trainer startPerKey(
            TrainerSettings settings, PerKey perKey, Supplier<Learner> learner, KeyedListener listener)
            throws ExecutionException, InterruptedException {
        TaskSettings task = settings.task();
        Topics topics = task.topics();
        if (task.alertAbove().isPresent()) {
            TopicSetup.createAnomalies(settings.kafka(), topics.anomalies());
        }
        int partitions = TopicSetup.createPerKey(settings.kafka(), task.images(), topics);
        Notes notes = Notes.of(topics);
        Mode mode = new Mode.Keyed(task, partitions, perKey, learner, listener.and(notes.deadLetters()));
        return start(settings, mode, notes, MonotonicTime::new);
    }

    private static Trainer start(TrainerSettings settings, Mode mode, Notes notes, Supplier<MonotonicTime> time)
            throws ExecutionException, InterruptedException {
        Topics topics = settings.task().topics();
        InitialOffset.commit(settings.kafka(), topics.applicationId(), mode.beginnings());
        KafkaSourceLog log = new KafkaSourceLog(settings.kafka(), topics.applicationId());
        PausableClients clients = new PausableClients();
        StreamsApplication application = StreamsApplication.start(
                settings.kafka(),
                StreamsConfiguration.of(settings, mode.partitions()),
                () -> mode.topology(log, clients),
                clients,
                description(settings, mode),
                time);
        settings.task().input().schemas().ifPresent(schemas -> application.endingWaitsBy(schemas::leave));
        return new Trainer(application, settings.task().images(), notes);
    }

    private static Description description(TrainerSettings settings, Mode mode) {
        Topics topics = settings.task().topics();
        return new Description(
                "model " + topics.model(),
                String.valueOf(settings.kafka().get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)),
                settings.task().images(),
                mode.read(),
                mode.written(),
                settings.stateDirectory(),
                "start again with --on-gap=continue to go on with the new one");
    }

    /** Whether it does its work: partition assigned, checkpoint restored, gap closed, and the broker answers. */
    public boolean isRunning() {
        return health().ready();
    }

    public State state() {
        if (failed().isDone()) {
            return State.FAILED;
        }
        if (application.isBeginningAnew()) {
            return State.RECONNECTING;
        }
        KafkaStreams.State state = application.streams().state();
        if (application.silence().isPresent() && state.isRunningOrRebalancing()) {
            return State.UNREACHABLE;
        }
        return switch (state) {
            case CREATED, REBALANCING -> application.isRestoring() ? State.RESTORING : State.REBALANCING;
            case RUNNING -> pausedBy().isPresent() ? State.PAUSED : State.RUNNING;
            case PENDING_SHUTDOWN, NOT_RUNNING -> State.STOPPED;
            case PENDING_ERROR, ERROR -> State.FAILED;
        };
    }

    /** Whether it does its work, for those who look after the process. */
    public Health health() {
        return switch (state()) {
            case REBALANCING -> Health.notReady("it waits for its partition, or trains on the gap again");
            case RESTORING -> Health.notReady("the checkpoint is being restored");
            case RECONNECTING -> Health.notReady("the connections to Kafka are made anew");
            case UNREACHABLE -> Health.notReady(application.silence().orElse("the broker has not answered"));
            case STOPPED -> Health.over("stopped");
            case FAILED -> Health.over("stopped by an error: " + trouble().orElse("unknown"));
            case PAUSED -> Health.readyBut("paused by " + pausedBy().orElse(Topics.CONTROL));
            case RUNNING ->
                isStandby()
                        ? Health.readyBut("standing by: other trainers of the model have all partitions")
                        : notes.deadLetters()
                                .alone()
                                .map(alone -> Health.readyBut("but " + alone))
                                .orElse(Health.READY);
        };
    }

    private boolean isStandby() {
        return application.streams().metadataForLocalThreads().stream()
                .allMatch(thread -> thread.activeTasks().isEmpty());
    }

    /** The control record that has told the model to pause; empty while it is not paused. */
    public Optional<String> pausedBy() {
        return notes.pauses().by;
    }

    /** What keeps it from learning, in one line; empty where nothing does. */
    public Optional<String> trouble() {
        if (failed().isCompletedExceptionally()) {
            return Optional.of(FailureText.message(
                    failed().handle((done, failure) -> failure).join()));
        }
        return application.silence().or(() -> notes.deadLetters().alone());
    }

    /** Whether the broker has answered lately. */
    public boolean isBrokerReachable() {
        return application.silence().isEmpty();
    }

    /**
     * Images that were in the partitions assigned here but not yet fetched when some were last fetched; empty before
     * that.
     */
    public OptionalLong lag() {
        long sum = 0;
        boolean known = false;
        for (Metric metric : application.streams().metrics().values()) {
            MetricName name = metric.metricName();
            if (name.name().equals("records-lag")
                    && images.equals(name.tags().get("topic"))
                    && metric.metricValue() instanceof Double lag
                    && Double.isFinite(lag)) {
                sum += Math.round(lag);
                known = true;
            }
        }
        return known ? OptionalLong.of(sum) : OptionalLong.empty();
    }

    /** Completes exceptionally when training has stopped by an error; never completes otherwise. */
    public CompletableFuture<Void> failed() {
        return application.failed();
    }

    /**
     * Binds something, such as metrics, to Kafka Streams, which is started anew where the clock has been set back.
     *
     * @param bind what it returns is closed before the instance is
     * @return to be closed before the trainer
     */
    public AutoCloseable bind(Function<KafkaStreams, AutoCloseable> bind) {
        return application.bind(bind);
    }

    /** Commits, leaves the group so that a successor need not wait, and stops. */
    @Override
    public void close() {
        application.close();
    }
}
