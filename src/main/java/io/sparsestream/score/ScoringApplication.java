package io.sparsestream.score;

import io.sparsestream.learn.MatrixProduct;
import io.sparsestream.message.PublishedModel;
import io.sparsestream.stream.KafkaSourceLog;
import io.sparsestream.stream.NewestModel;
import io.sparsestream.stream.PausableClients;
import io.sparsestream.stream.TopicSetup;
import io.sparsestream.stream.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/** Scores images by the newest published model, as a Kafka Streams application of its own. */
public final class ScoringApplication implements AutoCloseable {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    /** A dead letter is a record up to the broker's limit, and then has more headers. */
    private static final int MAX_REQUEST_BYTES = 2 * 1024 * 1024;

    private final NewestModel newest;
    private final CompletableFuture<Void> failed = new CompletableFuture<>();
    private KafkaStreams streams; // null until there is a model

    private ScoringApplication(NewestModel newest) {
        this.newest = newest;
    }

    /**
     * Creates missing topics, and waits in the background for the first model; then scoring begins.
     *
     * @param images topic of the images, from whose beginning all are scored
     */
    public static ScoringApplication start(
            Map<String, Object> kafka,
            Path stateDirectory,
            String model,
            String images,
            Supplier<MatrixProduct> product)
            throws ExecutionException, InterruptedException {
        Topics topics = new Topics(model);
        TopicSetup.createScores(kafka, images, topics);
        ScoringApplication application = new ScoringApplication(NewestModel.follow(kafka, model));
        application
                .newest
                .failed()
                .whenComplete((nothing, failure) -> application.failed.completeExceptionally(failure));
        application
                .newest
                .first()
                .thenAccept(first -> application.begin(images, topics, product, kafka, stateDirectory));
        return application;
    }

    private synchronized void begin(
            String images,
            Topics topics,
            Supplier<MatrixProduct> product,
            Map<String, Object> kafka,
            Path stateDirectory) {
        KafkaSourceLog log = new KafkaSourceLog(kafka, topics.scoreApplicationId());
        PausableClients clients = new PausableClients();
        streams = new KafkaStreams(
                ScoreTopology.of(images, topics, log, clients, newest::get, product),
                properties(kafka, stateDirectory, topics),
                clients);
        streams.setUncaughtExceptionHandler(exception -> {
            failed.completeExceptionally(exception);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        streams.start();
    }

    private static Properties properties(Map<String, Object> kafka, Path stateDirectory, Topics topics) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), MAX_REQUEST_BYTES);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 128 * 1024);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 5);
        properties.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 10_000);
        properties.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 2_000);
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.putAll(kafka);
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, topics.scoreApplicationId());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory.toString());
        return properties;
    }

    /** The model that images are scored by at the moment, or null before the first. */
    public PublishedModel model() {
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
            if (streams != null) {
                streams.close(CloseOptions.timeout(CLOSE_LIMIT)
                        .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
            }
        }
    }
}
