package io.sparsestream.cli.feed;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sparsestream.application.Health;
import io.sparsestream.cli.option.ChangeOptions;
import io.sparsestream.cli.option.DataOptions;
import io.sparsestream.cli.option.KafkaOptions;
import io.sparsestream.cli.option.TopicCheck;
import io.sparsestream.cli.option.TopicName;
import io.sparsestream.cli.terminal.ProgressBar;
import io.sparsestream.cli.terminal.Shutdown;
import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.metrics.Meters;
import io.sparsestream.replay.Change;
import io.sparsestream.replay.Replay;
import io.sparsestream.topic.TopicSetup;
import io.sparsestream.topic.Topics;
import io.sparsestream.web.HealthRoutes;
import io.sparsestream.web.HttpServer;
import io.sparsestream.web.MetricsRoutes;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A dataset onto the images topic. */
@Command(name = "replay", description = "Streams a dataset onto the images topic, shuffled anew in every epoch.")
public final class ReplayCommand implements Callable<Integer> {
    @Mixin
    private KafkaOptions kafka;

    @Mixin
    private DataOptions data;

    @Option(names = "--split", defaultValue = "train", description = "train or test (default: ${DEFAULT-VALUE}).")
    private Split split;

    @ArgGroup
    private Length length;

    /** How much; one epoch unless told otherwise. */
    private static final class Length {
        @Option(names = "--epochs", description = "Times that every image is sent (default: 1).")
        private Long epochs;

        @Option(names = "--images", description = "Number of images.")
        private Long images;

        @Option(names = "--forever", description = "Until stopped.")
        private boolean forever;
    }

    @Option(names = "--rate", defaultValue = "0", description = "Images per second (default: as fast as Kafka takes).")
    private double rate;

    @Option(names = "--seed", defaultValue = "1", description = "Of the order of images (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Mixin
    private ChangeOptions change;

    @Option(names = "--topic", defaultValue = Topics.IMAGES, description = "Where to (default: ${DEFAULT-VALUE}).")
    private String topic;

    @Option(
            names = "--partitions",
            paramLabel = "P",
            description = "Creates the topic with so many partitions, each learned from by a replica of a model;"
                    + " an image's key says which one it goes to (default: those that there are, or 1).")
    private Integer partitions;

    @Option(
            names = "--host",
            defaultValue = "127.0.0.1",
            description = "Address of --port (default: ${DEFAULT-VALUE}).")
    private String host;

    @Option(names = "--port", description = "Port of /metrics and /health; 0 for a free one (default: not served).")
    private Integer port;

    @Override
    public Integer call() throws Exception {
        if (!(rate >= 0) || Double.isInfinite(rate)) {
            throw new IllegalArgumentException("--rate must be a positive number of images per second, not " + rate);
        }
        Long epochs = length == null ? Long.valueOf(1) : length.epochs;
        requirePositive("--epochs", epochs);
        requirePositive("--partitions", partitions == null ? null : partitions.longValue());
        requirePositive("--images", length == null ? null : length.images);
        TopicName.check(topic);
        Map<String, Object> properties = kafka.toMap();
        Change changes = change.read(split);
        Dataset dataset = data.read(split);
        kafka.connect();
        TopicCheck.requireDistinct(properties, List.of(topic), List.of());
        if (partitions == null) {
            TopicSetup.createImages(properties, topic);
        } else {
            TopicSetup.createImages(properties, topic, partitions);
        }
        long to = length != null && length.forever
                ? Long.MAX_VALUE
                : epochs != null ? Math.multiplyExact(epochs, (long) dataset.size()) : length.images;
        try (Replay replay = new Replay(properties, topic, dataset, seed, changes)) {
            try (AutoCloseable hook = Shutdown.stopping(replay::stop);
                    AutoCloseable metrics = serveMetrics(replay);
                    ProgressBar bar = new ProgressBar("replay", "images", to)) {
                replay.run(0, to, rate, position -> {
                    bar.at(position, "");
                    return true;
                });
                bar.at(replay.position(), "");
            }
            System.out.printf(Locale.ROOT, "%,d images sent to topic %s%n", replay.position(), topic);
        }
        return 0;
    }

    private AutoCloseable serveMetrics(Replay replay) throws IOException {
        if (port == null) {
            return () -> {};
        }
        PrometheusMeterRegistry registry = Meters.create();
        HttpServer server =
                HttpServer.start(host, port, new MetricsRoutes(registry), new HealthRoutes(() -> Health.READY));
        AutoCloseable bound = Meters.bind(registry, replay.producer());
        return () -> {
            bound.close();
            server.close();
        };
    }

    private static void requirePositive(String option, Long value) {
        if (value != null && value < 1) {
            throw new IllegalArgumentException(option + " must be at least 1, not " + value);
        }
    }
}
