package io.sparsestream.cli.feed;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sparsestream.application.Health;
import io.sparsestream.cli.option.About;
import io.sparsestream.cli.option.ChangeOptions;
import io.sparsestream.cli.option.KafkaOptions;
import io.sparsestream.cli.option.RateOption;
import io.sparsestream.cli.option.SampleOptions;
import io.sparsestream.cli.option.Section;
import io.sparsestream.cli.option.TopicCheck;
import io.sparsestream.cli.option.TopicName;
import io.sparsestream.cli.option.Whole;
import io.sparsestream.cli.terminal.ProgressBar;
import io.sparsestream.cli.terminal.Resources;
import io.sparsestream.cli.terminal.Shutdown;
import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Samples;
import io.sparsestream.dataset.Split;
import io.sparsestream.metrics.Meters;
import io.sparsestream.replay.Change;
import io.sparsestream.replay.Replay;
import io.sparsestream.replay.ShuffledStream;
import io.sparsestream.topic.TopicSetup;
import io.sparsestream.topic.Topics;
import io.sparsestream.web.HealthRoutes;
import io.sparsestream.web.HttpServer;
import io.sparsestream.web.MetricsRoutes;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A dataset, or records of any kind, onto a topic. */
@Command(
        name = "replay",
        description = "Streams a dataset, or records from a file, onto a topic: images shuffled anew in every epoch,"
                + " rows of a table in their order.")
public final class ReplayCommand implements Callable<Integer> {
    @Mixin
    private KafkaOptions kafka;

    @Mixin
    private SampleOptions data;

    @About(Section.IMAGES)
    @Option(
            names = "--split",
            paramLabel = "train|test",
            defaultValue = "train",
            description = "Split of a dataset of IDX files (default: ${DEFAULT-VALUE}).")
    private Split split;

    @ArgGroup
    private Length length = new Length();

    /** How much is sent; one epoch unless told otherwise. */
    private static final class Length {
        @Option(
                names = "--epochs",
                paramLabel = "N",
                description = "Times that every image or other record is sent (default: 1).")
        private Optional<Long> epochs = Optional.empty();

        @Option(
                names = "--images",
                paramLabel = "N",
                description = "Number of images or other records that are sent (default: those of --epochs).")
        private Optional<Long> images = Optional.empty();

        @Option(names = "--forever", description = "Sends images until stopped.")
        private boolean forever;

        void check() {
            epochs.ifPresent(number -> Whole.positive("--epochs", number));
            images.ifPresent(number -> Whole.positive("--images", number));
        }

        /** Images that are sent of a dataset of that size. */
        long images(int size) {
            return forever
                    ? Long.MAX_VALUE
                    : images.orElseGet(() -> Math.multiplyExact(epochs.orElse(1L), (long) size));
        }
    }

    @Mixin
    private RateOption rate;

    @About(Section.IMAGES)
    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of the order where that is shuffled (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Mixin
    private ChangeOptions change;

    @About(Section.KAFKA)
    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            defaultValue = Topics.IMAGES,
            description = "Topic that the images are sent to (default: ${DEFAULT-VALUE}).")
    private String topic;

    @About(Section.KAFKA)
    @Option(
            names = "--partitions",
            paramLabel = "P",
            description =
                    "Creates the topic with so many partitions; a model has a replica on each, and an image's key says"
                            + " which one it goes to (default: those of the topic, or 1).")
    private Optional<Integer> partitions = Optional.empty();

    @About(Section.PAGE)
    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Address to listen on with --port (default: ${DEFAULT-VALUE}).")
    private String host;

    @About(Section.PAGE)
    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Port of /metrics and /health; 0 takes a free one (default: not served).")
    private Optional<Integer> port = Optional.empty();

    @Override
    public Integer call() throws Exception {
        double perSecond = rate.perSecond();
        length.check();
        partitions.ifPresent(number -> Whole.positive("--partitions", number));
        TopicName.check(topic);
        Map<String, Object> properties = kafka.toMap();
        Change changes = change.read(split);
        Material material = data.areImages() ? images(changes) : records(changes);
        kafka.connect();
        TopicCheck.requireDistinct(properties, List.of(topic), List.of());
        if (partitions.isPresent()) {
            TopicSetup.createImages(properties, topic, partitions.get());
        } else {
            TopicSetup.createImages(properties, topic);
        }
        long to = length.images(material.size());
        try (Replay replay = material.replay().apply(properties)) {
            try (Resources open = new Resources();
                    AutoCloseable hook = Shutdown.stopping(replay::stop)) {
                if (port.isPresent()) {
                    serve(open, replay, port.get());
                }
                ProgressBar bar = open.add(new ProgressBar("replay", material.unit(), to));
                replay.run(0, to, perSecond, position -> {
                    bar.at(position, "");
                    return true;
                });
                bar.at(replay.position(), "");
            }
            System.out.printf(Locale.ROOT, "%,d %s sent to topic %s%n", replay.position(), material.unit(), topic);
        }
        return 0;
    }

    /**
     * What is sent.
     *
     * @param size of an epoch
     * @param unit in the plural
     * @param replay of it, by the properties of Kafka's clients
     */
    private record Material(int size, String unit, Function<Map<String, Object>, Replay> replay) {}

    private Material images(Change changes) throws IOException {
        Dataset dataset = data.images(split);
        return new Material(
                dataset.size(), "images", properties -> new Replay(properties, topic, dataset, seed, changes));
    }

    private Material records(Change changes) throws IOException {
        if (changes != Change.NONE) {
            throw new IllegalArgumentException(
                    "--change-at is for a directory of IDX files that is sent shuffled, in the format uint8");
        }
        Samples samples = data.read(split);
        return new Material(
                samples.size(),
                "records",
                properties -> new Replay(
                        properties,
                        topic,
                        samples,
                        data.format(samples),
                        data.isShuffled() ? Optional.of(new ShuffledStream(samples.size(), seed)) : Optional.empty(),
                        data.schemaId(samples, topic)));
    }

    private void serve(Resources open, Replay replay, int at) throws IOException {
        PrometheusMeterRegistry registry = Meters.create();
        open.add(HttpServer.start(host, at, new MetricsRoutes(registry), new HealthRoutes(() -> Health.READY)));
        open.add(Meters.bind(Meters.alsoForAgents(registry), replay.producer()));
    }
}
