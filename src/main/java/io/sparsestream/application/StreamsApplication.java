package io.sparsestream.application;

import io.sparsestream.model.ModelException;
import io.sparsestream.topic.MonotonicTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.ThreadMetadata;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka Streams, and two threads that watch over what it does not itself: the clock and the broker.
 *
 * <p>Kafka's clients wait by the wall clock. Once that is set back, what they wait for is not due until it has caught up:
 * they send no heartbeats, and connect to no broker again. Once it is set forward, what they wait for fails at once. They
 * cannot be given another clock, so they are made anew.
 *
 * <p>They are made anew, too, where a transaction expired before Kafka was heard to commit it, as behind a broker that was
 * cut off, and where a coordinator has not heard of a start: Kafka Streams takes both for the end.
 */
public final class StreamsApplication implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StreamsApplication.class);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);
    private static final Duration LEAVE_LIMIT = Duration.ofMinutes(1);
    /** Within which what happens again does not pass. */
    private static final Duration AGAIN = Duration.ofMinutes(2);

    private static final Duration WAKE_EVERY = Duration.ofSeconds(1);

    private static final Duration ASK_EVERY = Duration.ofSeconds(5);

    /** A clock that is set forward and soon back again must be seen in between. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private final Description description;
    private final Supplier<Topology> topology;
    private final Properties properties;
    private final PausableClients clients;
    private final Supplier<MonotonicTime> newTime;
    private final BrokerWatch broker;
    private final Restoring restoring = new Restoring();
    private final CompletableFuture<Void> failed = new CompletableFuture<>();
    private final AtomicReference<String> refusedBy = new AtomicReference<>(); // topic; null where none has
    private final CountDownLatch closing = new CountDownLatch(1);
    private final List<Binding> bindings = new ArrayList<>();
    private final List<Thread> watches;
    private volatile Runnable endWaits = () -> {};
    private volatile Instance instance;
    private final Recurrence fences = new Recurrence(AGAIN);
    private final Recurrence refusedCommits = new Recurrence(AGAIN);
    private volatile Optional<String> leaving = Optional.empty(); // why, where the instance is left to begin anew
    private volatile boolean following; // another instance begins behind the one that was left

    /** One run of Kafka Streams by one clock. */
    private record Instance(KafkaStreams streams, StreamThreads threads, MonotonicTime time) {}

    /** What follows the running instance. */
    private final class Binding implements AutoCloseable {
        private final Function<KafkaStreams, AutoCloseable> bind;
        private AutoCloseable bound;

        Binding(Function<KafkaStreams, AutoCloseable> bind) {
            this.bind = bind;
            bound = bind.apply(streams());
        }

        void unbind() {
            try {
                bound.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        void rebind() {
            bound = bind.apply(streams());
        }

        @Override
        public void close() {
            synchronized (StreamsApplication.this) {
                bindings.remove(this);
                unbind();
            }
        }
    }

    private StreamsApplication(
            Map<String, Object> kafka,
            Properties properties,
            Supplier<Topology> topology,
            PausableClients clients,
            Description description,
            Supplier<MonotonicTime> newTime) {
        this.description = description;
        this.topology = topology;
        this.properties = new Properties();
        this.properties.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, RefusedRecords.class);
        this.properties.putAll(properties);
        this.properties.put(RefusedRecords.TOPIC_CONFIG, refusedBy);
        this.clients = clients;
        this.newTime = newTime;
        broker = new BrokerWatch(kafka, description);
        clients.afterSilence(this::requireTopics);
        // Each on a thread of its own: the broker may take seconds to answer.
        watches = List.of(
                watch(
                        "broker of ",
                        ASK_EVERY,
                        () -> broker.ask(true).map(ModelException::new).ifPresent(this::fail)),
                watch("clock of ", LOOK_EVERY, this::watchClock));
    }

    /**
     * Starts.
     *
     * @param kafka client properties for asking the broker
     * @param properties of Kafka Streams
     * @param topology a new one for each time that it is started anew
     */
    public static StreamsApplication start(
            Map<String, Object> kafka,
            Properties properties,
            Supplier<Topology> topology,
            PausableClients clients,
            Description description) {
        return start(kafka, properties, topology, clients, description, MonotonicTime::new);
    }

    /**
     * The same by other clocks.
     *
     * @param newTime the clock of each time that it is started
     * @throws ModelException if it cannot, for a reason that people can remove
     */
    public static StreamsApplication start(
            Map<String, Object> kafka,
            Properties properties,
            Supplier<Topology> topology,
            PausableClients clients,
            Description description,
            Supplier<MonotonicTime> newTime) {
        RocksDbLibrary.load();
        StreamsApplication application =
                new StreamsApplication(kafka, properties, topology, clients, description, newTime);
        try {
            // Before anything is read: another topic of the same name is one that came later.
            application.broker.ask(false);
            application.begin();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the broker was asked for its topics", e);
        } catch (StreamsException e) {
            application.broker.close();
            throw FailureText.of(description, Optional.empty()).explain(e) instanceof ModelException explained
                    ? explained
                    : e;
        }
        application.watches.forEach(Thread::start);
        return application;
    }

    private void begin() {
        MonotonicTime time = newTime.get();
        KafkaStreams streams = new KafkaStreams(topology.get(), properties, clients, time);
        StreamThreads threads = new StreamThreads();
        streams.setGlobalStateRestoreListener(restoring);
        streams.setUncaughtExceptionHandler(exception -> {
            if (leaving.isEmpty()) { // else what it died of goes with it
                Optional<String> passing = passing(exception, time);
                if (passing.isPresent()) {
                    leaving = passing;
                } else if (leaving.isEmpty() // still: the thread that watches the clock may have begun to leave
                        && !(isClosing() && FailureText.isOurs(exception))) { // unless it was told to end its waits
                    fail(explained(exception));
                }
            }
            threads.beginClosing();
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        instance = new Instance(streams, threads, time);
        streams.start();
    }

    /** What an instance dies of, though another can go on with what has been committed. */
    private Optional<String> passing(Throwable failure, MonotonicTime time) {
        if (FailureText.isTimeout(failure) && time.hasBeenSetForward()) {
            return Optional.of("the clock of this machine has been set forward, so that Kafka seemed not to answer");
        }
        if (FailureText.isOfLostTransaction(failure)) {
            return Optional.of("Kafka has rolled back a transaction that was not committed in time");
        }
        // A coordinator fails at a commit that meets the expiry of its transaction; a broker that is ill always fails.
        if (FailureText.isOfUnexplainedCommit(failure) && refusedCommits.isSeldom()) {
            return Optional.of("Kafka does not say whether it has committed a transaction");
        }
        // A coordinator that takes the place of another may not have heard of a start, and so refuses once who has
        // just started. A process that has a copy of the state takes its place each time.
        return FailureText.isFenced(failure) && fences.isSeldom()
                ? Optional.of("Kafka has taken another process for this one")
                : Optional.empty();
    }

    /** A topic that is gone shows in many ways: so that is looked at first. */
    private Throwable explained(Throwable failure) {
        if (FailureText.isOurs(failure)) {
            return failure;
        }
        Optional<String> lost = Optional.empty();
        try {
            lost = broker.ask(false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // Only now: a refusal may be told on another thread a moment after what follows from it.
        return lost.isPresent()
                ? new ModelException(lost.get(), failure)
                : FailureText.of(description, Optional.ofNullable(refusedBy.get()))
                        .explain(failure);
    }

    /** On the stream thread: what was read of another topic must have no effect. */
    private void requireTopics() {
        try {
            broker.askReplaced().ifPresent(replaced -> {
                throw new ModelException(replaced);
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void fail(Throwable failure) {
        failed.completeExceptionally(failure);
    }

    /** Something that may be interrupted. */
    @FunctionalInterface
    private interface Look {
        void look() throws InterruptedException;
    }

    private Thread watch(String what, Duration every, Look look) {
        Thread thread = new Thread(
                () -> {
                    try {
                        while (!closing.await(every.toMillis(), TimeUnit.MILLISECONDS)) {
                            look.look();
                        }
                    } catch (InterruptedException e) {
                        // closed
                    } catch (RuntimeException e) {
                        fail(explained(e));
                    }
                },
                what + description.who());
        thread.setDaemon(true);
        return thread;
    }

    private void watchClock() {
        MonotonicTime time = instance.time();
        if (failed.isDone()) {
            return;
        }
        if (time.isSetBack()) {
            beginAnew(String.format(
                    Locale.ROOT,
                    "the clock of this machine has been set back by %d s",
                    Math.round(-time.wallClockAhead() / 1000.0)));
        } else if (leaving.isPresent()) {
            beginAnew(leaving.get());
        } else {
            time.catchUp();
        }
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private synchronized void beginAnew(String why) {
        if (isClosing()) {
            return;
        }
        LOG.warn("{}: {}: the connections to Kafka are made anew", description.who(), why);
        bindings.forEach(Binding::unbind);
        broker.reconnect();
        leaving = Optional.of(why);
        if (!leave(instance)) {
            throw new ModelException(why + ", and " + description.who() + " cannot leave Kafka within "
                    + LEAVE_LIMIT.toSeconds() + " s: start it again");
        }
        refusedBy.set(null); // that may have been of the transaction
        following = true;
        leaving = Optional.empty();
        begin();
        following = false;
        bindings.forEach(Binding::rebind);
    }

    /**
     * Stops an instance whose clients may wait for a clock that stands still, as for a broker that is away as well. They are
     * woken first, so that all can be committed and closed in order. Later what has not been committed is given up.
     */
    private boolean leave(Instance left) {
        Set<String> streamThreads = left.streams().metadataForLocalThreads().stream()
                .map(ThreadMetadata::threadName)
                .collect(Collectors.toSet());
        long start = System.nanoTime();
        boolean stopped = false;
        while (!stopped && System.nanoTime() - start < LEAVE_LIMIT.toNanos()) {
            clients.wake();
            if (System.nanoTime() - start > CLOSE_LIMIT.toNanos()) {
                clients.giveUp();
                left.threads().interrupt(streamThreads);
            }
            stopped = stop(left.streams(), WAKE_EVERY);
        }
        return stopped;
    }

    private static boolean stop(KafkaStreams streams, Duration limit) {
        return streams.close(CloseOptions.timeout(limit)
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    }

    /** Whether it ends only to go on by other connections. */
    public boolean isBeginningAnew() {
        return leaving.isPresent() || following;
    }

    /** Kafka Streams as it runs now. */
    public KafkaStreams streams() {
        return instance.streams();
    }

    /** Whether it is reading its checkpoint topic. */
    public boolean isRestoring() {
        return restoring.isNow();
    }

    /** What to say where the broker has not answered for a while. */
    public Optional<String> silence() {
        return broker.silence();
    }

    /**
     * Binds something to Kafka Streams, now and to each that takes the place of this one.
     *
     * @param bind what it returns is closed before the instance is
     * @return to be closed before the application
     */
    public synchronized AutoCloseable bind(Function<KafkaStreams, AutoCloseable> bind) {
        Binding binding = new Binding(bind);
        bindings.add(binding);
        return binding;
    }

    /** What ends the waits of tasks for others than Kafka when it is closed: whoever waits gets an exception. */
    public void endingWaitsBy(Runnable end) {
        endWaits = end;
    }

    /** Completes exceptionally when it has stopped by an error; never completes otherwise. */
    public CompletableFuture<Void> failed() {
        return failed;
    }

    /** Commits, leaves the group so that a successor need not wait, and stops. */
    @Override
    public void close() {
        closing.countDown();
        endWaits.run();
        synchronized (this) {
            watches.forEach(Thread::interrupt);
            stop(streams(), CLOSE_LIMIT);
        }
        broker.close();
    }
}
