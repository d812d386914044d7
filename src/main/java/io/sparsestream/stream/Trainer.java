package io.sparsestream.stream;

import io.sparsestream.learn.Learner;
import io.sparsestream.message.PixelFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.StateRestoreListener;

/** Trains one model from the images topic, as one Kafka Streams application. */
public final class Trainer implements AutoCloseable {
    static final int MAX_REQUEST_BYTES = 2 * 1024 * 1024;
    /** Mini-batches under way: more work than a commit takes time, so that training goes on meanwhile. */
    private static final int AHEAD = 64;

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private final KafkaStreams streams;
    private final PausableClients clients;
    private final String images;
    private final int partitions;
    private final Restoring restoring = new Restoring();
    private final CompletableFuture<Void> failed = new CompletableFuture<>();

    /** What the stream is doing. */
    public enum State {
        /** The group assigns the partition, or the gap after the checkpoint is being closed. */
        REBALANCING,
        /** The checkpoint is being read. */
        RESTORING,
        RUNNING,
        /** It runs, but leaves the images alone until it is told to resume. */
        PAUSED,
        STOPPED,
        /** Stopped by an error. */
        FAILED
    }

    /**
     * What a trainer is made of.
     *
     * @param kafka client properties, the bootstrap servers included
     * @param stateDirectory where Kafka Streams keeps its lock and process id
     * @param sync how the replicas are kept together where the images topic has several partitions
     * @param keep which checkpoints are kept to go back to
     */
    public record Settings(
            Map<String, Object> kafka,
            Path stateDirectory,
            String model,
            String images,
            Sync sync,
            Duration checkpointInterval,
            Keep keep,
            Duration maxBatchWait,
            PixelFormat format,
            OnGap onGap) {}

    private Trainer(KafkaStreams streams, PausableClients clients, String images, int partitions) {
        this.streams = streams;
        this.clients = clients;
        this.images = images;
        this.partitions = partitions;
    }

    /**
     * Creates missing topics and starts; learning begins as soon as the group has assigned a partition.
     *
     * @param learner a new learner for each time that the task starts
     * @throws TrainerException if the model was learned from another number of partitions
     */
    public static Trainer start(Settings settings, Supplier<Learner> learner, TrainingListener listener)
            throws ExecutionException, InterruptedException {
        Topics topics = new Topics(settings.model());
        int partitions = TopicSetup.createAll(settings.kafka(), settings.images(), topics);
        InitialOffset.commit(
                settings.kafka(), topics.applicationId(), beginnings(settings.images(), topics, partitions));
        KafkaSourceLog log = new KafkaSourceLog(settings.kafka(), topics.applicationId());
        PausableClients clients = new PausableClients();
        return start(
                settings,
                topics,
                partitions,
                clients,
                TrainingTopology.of(topologySettings(settings, topics, partitions), learner, log, clients, listener));
    }

    /**
     * The same with a model for each key, from an images topic of any number of partitions; none of them can be steered.
     *
     * @param learner a new learner, of which each task asks for as many as it may have in memory
     */
    public static Trainer startPerKey(
            Settings settings, PerKey perKey, Supplier<Learner> learner, KeyedListener listener)
            throws ExecutionException, InterruptedException {
        Topics topics = new Topics(settings.model());
        int partitions = TopicSetup.createPerKey(settings.kafka(), settings.images(), topics);
        InitialOffset.commit(
                settings.kafka(),
                topics.applicationId(),
                IntStream.range(0, partitions)
                        .boxed()
                        .collect(Collectors.toMap(
                                partition -> new TopicPartition(settings.images(), partition),
                                partition -> OffsetSpec.earliest())));
        KafkaSourceLog log = new KafkaSourceLog(settings.kafka(), topics.applicationId());
        PausableClients clients = new PausableClients();
        return start(
                settings,
                topics,
                partitions,
                clients,
                // As if of one partition: no task's models are replicas of another's.
                KeyedTopology.of(topologySettings(settings, topics, 1), perKey, learner, log, clients, listener));
    }

    private static TrainingTopology.Settings topologySettings(Settings settings, Topics topics, int partitions) {
        return new TrainingTopology.Settings(
                topics,
                settings.images(),
                partitions,
                settings.sync(),
                settings.checkpointInterval(),
                settings.keep(),
                settings.maxBatchWait(),
                settings.format(),
                settings.onGap(),
                AHEAD);
    }

    private static Trainer start(
            Settings settings, Topics topics, int partitions, PausableClients clients, Topology topology) {
        Trainer trainer = new Trainer(
                new KafkaStreams(topology, properties(settings, topics, partitions), clients),
                clients,
                settings.images(),
                partitions);
        trainer.streams.setGlobalStateRestoreListener(trainer.restoring);
        trainer.streams.setUncaughtExceptionHandler(exception -> {
            trainer.failed.completeExceptionally(explained(exception, settings));
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        trainer.streams.start();
        return trainer;
    }

    /** Where a new model begins. */
    private static Map<TopicPartition, OffsetSpec> beginnings(String images, Topics topics, int partitions) {
        Map<TopicPartition, OffsetSpec> beginnings = new HashMap<>();
        // What was said to an earlier model of that name is not said to this one.
        beginnings.put(new TopicPartition(Topics.CONTROL, 0), OffsetSpec.latest());
        for (int partition = 0; partition < partitions; partition++) {
            beginnings.put(new TopicPartition(images, partition), OffsetSpec.earliest());
            if (partitions > 1) {
                beginnings.put(new TopicPartition(topics.globals(), partition), OffsetSpec.latest());
            }
        }
        if (partitions > 1) {
            beginnings.put(new TopicPartition(topics.updates(), 0), OffsetSpec.latest());
        }
        return beginnings;
    }

    /** The consumer's own words do not say what has happened to the model, nor what to do. */
    private static Throwable explained(Throwable failure, Settings settings) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidOffsetException invalid
                    && invalid.partitions().stream()
                            .anyMatch(partition -> !partition.topic().equals(settings.images()))) {
                return new TrainerException(
                        "records of " + invalid.partitions() + " that model " + settings.model()
                                + " needs have been deleted by retention: raise the topic's retention and start a new"
                                + " --model",
                        failure);
            }
            if (cause instanceof InvalidOffsetException) {
                return new TrainerException(
                        "images that model " + settings.model()
                                + " has not been trained on have been deleted from topic "
                                + settings.images() + " by retention: raise the topic's retention and start a new"
                                + " --model, or go on without them with --on-gap=continue",
                        failure);
            }
            if (cause instanceof ProcessorStateException) {
                return new TrainerException(
                        "the state in " + settings.stateDirectory() + " cannot be written or read ("
                                + rootCause(cause).getMessage() + "): make room there and start again",
                        failure);
            }
        }
        return failure;
    }

    private static Throwable rootCause(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static Properties properties(Settings settings, Topics topics, int partitions) {
        Map<String, Object> config = new HashMap<>();
        // A mini-batch a transaction would be wasteful, the default of 100 ms is a good latency: so it stays.
        config.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), MAX_REQUEST_BYTES);
        config.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 512 * 1024);
        // Nobody sees a record before its commit, and that sends what lingers: so few and large requests cost no
        // latency.
        config.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 50);
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 1000);
        // A static member comes back at once after a kill; if it does not, another takes over after the timeout.
        config.put(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG),
                InstanceId.of(settings.stateDirectory(), topics.applicationId()));
        config.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 10_000);
        config.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 2_000);
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        // Images and control need not wait for one another: each is taken as it comes.
        config.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
        if (partitions > 1) {
            // A task moves at once: there is little to restore, and the default waits ten minutes for a warm copy.
            config.put(StreamsConfig.ACCEPTABLE_RECOVERY_LAG_CONFIG, Long.MAX_VALUE);
            // An answer is not to wait for a fetch that was sent while images were paused.
            config.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), 50);
        }
        config.putAll(settings.kafka());
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, topics.applicationId());
        config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        config.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDirectory().toString());
        config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        Properties properties = new Properties();
        properties.putAll(config);
        return properties;
    }

    /** Whether the stream runs: partition assigned, checkpoint restored, gap closed. */
    public boolean isRunning() {
        return streams.state() == KafkaStreams.State.RUNNING;
    }

    public State state() {
        if (failed.isDone()) {
            return State.FAILED;
        }
        return switch (streams.state()) {
            case CREATED, REBALANCING -> restoring.now ? State.RESTORING : State.REBALANCING;
            case RUNNING -> partitions == 1 && clients.isPaused() ? State.PAUSED : State.RUNNING;
            case PENDING_SHUTDOWN, NOT_RUNNING -> State.STOPPED;
            case PENDING_ERROR, ERROR -> State.FAILED;
        };
    }

    /**
     * Images that were in the partitions assigned here but not yet fetched when some were last fetched; empty before
     * that.
     */
    public OptionalLong lag() {
        long sum = 0;
        boolean known = false;
        for (Metric metric : streams.metrics().values()) {
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
        return failed;
    }

    /** For metrics. */
    public KafkaStreams streams() {
        return streams;
    }

    /** Commits, leaves the group so that a successor need not wait, and stops. */
    @Override
    public void close() {
        streams.close(CloseOptions.timeout(CLOSE_LIMIT)
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    }

    /** Whether Kafka Streams is reading the checkpoint topic; set by its thread. */
    private static final class Restoring implements StateRestoreListener {
        private volatile boolean now;

        @Override
        public void onRestoreStart(TopicPartition partition, String store, long from, long to) {
            now = true;
        }

        @Override
        public void onBatchRestored(TopicPartition partition, String store, long through, long count) {}

        @Override
        public void onRestoreEnd(TopicPartition partition, String store, long count) {
            now = false;
        }

        @Override
        public void onRestoreSuspended(TopicPartition partition, String store, long count) {
            now = false;
        }
    }
}
