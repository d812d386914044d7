package io.sparsestream.monitoring;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sparsestream.broker.EmbeddedBroker;
import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.DeltaEncoding;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.MeasuredLearner;
import io.sparsestream.learn.ScaledLearner;
import io.sparsestream.learn.nd4j.OpenBlas;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.ReconstructionFormat;
import io.sparsestream.metrics.Meters;
import io.sparsestream.metrics.RunMetrics;
import io.sparsestream.metrics.StreamMetrics;
import io.sparsestream.metrics.TrainingMetrics;
import io.sparsestream.replay.Replay;
import io.sparsestream.stream.Keep;
import io.sparsestream.stream.OnGap;
import io.sparsestream.stream.TaskSettings;
import io.sparsestream.stream.rounds.Sync;
import io.sparsestream.topic.TopicSetup;
import io.sparsestream.topic.Topics;
import io.sparsestream.trainer.Trainer;
import io.sparsestream.trainer.TrainerSettings;
import io.sparsestream.web.HttpServer;
import io.sparsestream.web.MetricsRoutes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What docker-compose.yml runs, in this JVM: broker, replay and two trainers, with their metrics over HTTP; a model that
 * scales its inputs and tells anomalies; and one of two replicas, as docker-compose.cluster.yml has.
 */
final class MonitoredPipeline implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";
    private static final double IMAGES_PER_SECOND = 1200;
    private static final String PARTITIONED = "images-of-two-partitions";
    private static final Sync SOON = new Sync(5, Duration.ofSeconds(10), 1, 0, DeltaEncoding.FLOAT32);

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final PrometheusMeterRegistry registry = Meters.create();
    private final HttpServer trainers;
    private final HttpServer replay;

    MonitoredPipeline(Path directory) throws Exception {
        EmbeddedBroker broker = opened(EmbeddedBroker.start(directory.resolve("broker"), 0));
        Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
        trainers = opened(HttpServer.start(LOOPBACK, 0, new MetricsRoutes(registry)));
        TopicSetup.createImages(kafka, PARTITIONED, 2);
        new RunMetrics(registry, List.of("sparse", "plain", "vectors", "replicas")); // as the demo has
        startTrainer(kafka, directory, "sparse", Topics.IMAGES);
        startTrainer(kafka, directory, "plain", Topics.IMAGES);
        startTrainer(kafka, directory, "vectors", Topics.IMAGES);
        startTrainer(kafka, directory, "replicas", PARTITIONED);
        PrometheusMeterRegistry meters = Meters.create();
        replay = opened(HttpServer.start(LOOPBACK, 0, new MetricsRoutes(meters)));
        opened(Meters.bind(meters, startReplay(kafka, Topics.IMAGES).producer()));
        startReplay(kafka, PARTITIONED);
        System.gc(); // so that there is a pause to show
    }

    private void startTrainer(Map<String, Object> kafka, Path directory, String model, String images) throws Exception {
        TrainerSettings settings = new TrainerSettings(
                kafka,
                directory.resolve("state"),
                SOON,
                new TaskSettings(
                        new Topics(model),
                        images,
                        Duration.ofSeconds(1),
                        new Keep(3, 0),
                        Duration.ofSeconds(1),
                        InputFormat.AUTO,
                        ReconstructionFormat.UINT8,
                        Optional.of(0.99),
                        OnGap.FAIL));
        String preset = Hyperparameters.isPreset(model) ? model : "sparse";
        Trainer trainer = opened(Trainer.start(
                settings,
                () -> ScaledLearner.of(new MeasuredLearner(
                        new Autoencoder(
                                Hyperparameters.presetArchitecture(preset),
                                Hyperparameters.preset(preset),
                                new OpenBlas()),
                        new OpenBlas())),
                new TrainingMetrics(registry, model)));
        opened(new StreamMetrics(registry, model, trainer));
    }

    private Replay startReplay(Map<String, Object> kafka, String topic) throws Exception {
        Replay sender = opened(new Replay(kafka, topic, Dataset.read(Path.of("data/mnist"), Split.TEST), 1));
        Thread thread = new Thread(() -> run(sender), "replay");
        thread.start();
        open.push(() -> {
            sender.stop();
            thread.join();
        });
        return sender;
    }

    private static void run(Replay sender) {
        try {
            sender.run(0, Long.MAX_VALUE, IMAGES_PER_SECOND, position -> true);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private <T extends AutoCloseable> T opened(T resource) {
        open.push(resource);
        return resource;
    }

    int trainersPort() {
        return trainers.port();
    }

    int replayPort() {
        return replay.port();
    }

    @Override
    public void close() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }
}
