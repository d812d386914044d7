package io.sparsestream.score;

import io.sparsestream.application.Description;
import io.sparsestream.application.PausableClients;
import io.sparsestream.application.StreamsApplication;
import io.sparsestream.learn.MatrixProduct;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.PublishedModel;
import io.sparsestream.stream.DeadLetters;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.topic.KafkaSourceLog;
import io.sparsestream.topic.NewestModel;
import io.sparsestream.topic.TopicSetup;
import io.sparsestream.topic.Topics;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** Scores images by the newest published model, as a Kafka Streams application of its own. */
public final class ScoringApplication implements AutoCloseable {
    private final NewestModel newest;
    private final CompletableFuture<Void> failed = new CompletableFuture<>();
    private boolean closed;
    private StreamsApplication streams; // null until there is a model

    private ScoringApplication(NewestModel newest) {
        this.newest = newest;
    }

    /**
     * Creates missing topics, and waits in the background for the first model; then scoring begins.
     *
     * @param listener what watches the scoring
     */
    public static ScoringApplication start(
            Map<String, Object> kafka,
            Path stateDirectory,
            ScoreSettings settings,
            Supplier<MatrixProduct> product,
            TrainingListener listener)
            throws ExecutionException, InterruptedException {
        Topics topics = settings.topics();
        TopicSetup.createScores(kafka, settings.images(), topics);
        if (settings.alertAbove().isPresent()) {
            TopicSetup.createAnomalies(kafka, topics.scoreAnomalies());
        }
        ScoringApplication application = new ScoringApplication(NewestModel.follow(kafka, topics.model()));
        application
                .newest
                .failed()
                .whenComplete((nothing, failure) -> application.failed.completeExceptionally(failure));
        Description description = description(kafka, stateDirectory, settings);
        KafkaSourceLog log = new KafkaSourceLog(kafka, topics.scoreApplicationId());
        PausableClients clients = new PausableClients();
        TrainingListener all = new DeadLetters(description.who(), topics.scoreDeadLetters()).and(listener);
        application
                .newest
                .first()
                .thenAccept(first -> application.begin(
                        () -> settings.input().apply(first),
                        () -> StreamsApplication.start(
                                kafka,
                                properties(kafka, stateDirectory, topics),
                                () -> ScoreTopology.of(settings, log, clients, application.newest::get, product, all),
                                clients,
                                description)));
        return application;
    }

    private static Description description(Map<String, Object> kafka, Path stateDirectory, ScoreSettings settings) {
        Topics topics = settings.topics();
        Set<String> written = new HashSet<>(Set.of(topics.parameters(), topics.scores(), topics.scoreDeadLetters()));
        if (settings.alertAbove().isPresent()) {
            written.add(topics.scoreAnomalies());
        }
        return new Description(
                "score of model " + topics.model(),
                String.valueOf(kafka.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)),
                settings.images(),
                Set.of(settings.images()),
                written,
                stateDirectory,
                "start again to go on with the new one");
    }

    private synchronized void begin(Supplier<InputFormat> input, Supplier<StreamsApplication> start) {
        if (closed) {
            return;
        }
        InputFormat format;
        try {
            format = input.get(); // refuses what does not fit
            streams = start.get();
        } catch (RuntimeException | Error e) { // nobody else would hear of it: this is a future's callback
            failed.completeExceptionally(e);
            return;
        }
        streams.bind(started -> newest::reopen); // with the clients that are made anew
        format.schemas().ifPresent(schemas -> streams.endingWaitsBy(schemas::leave));
        streams.failed().whenComplete((nothing, failure) -> failed.completeExceptionally(failure));
    }

    private static Properties properties(Map<String, Object> kafka, Path stateDirectory, Topics topics) {
        Properties properties = new Properties();
        properties.put(
                StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), TopicSetup.MAX_REQUEST_BYTES);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 128 * 1024);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 5);
        properties.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 10_000);
        properties.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 2_000);
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.putAll(kafka);
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1); // the processor knows one consumer
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, topics.scoreApplicationId());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory.toString());
        return properties;
    }

    /** The model that images are scored by at the moment, or null before the first. */
    PublishedModel model() {
        return newest.get();
    }

    /** Completes exceptionally when scoring has stopped by an error; never completes otherwise. */
    public CompletableFuture<Void> failed() {
        return failed;
    }

    /** Commits, leaves the group so that a successor need not wait, and stops. */
    @Override
    public void close() throws InterruptedException {
        newest.close();
        synchronized (this) {
            closed = true;
            if (streams != null) {
                streams.close();
            }
        }
    }
}
