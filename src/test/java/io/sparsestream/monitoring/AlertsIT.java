package io.sparsestream.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.DeltaEncoding;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.MeasuredLearner;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.message.Control;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.ReconstructionFormat;
import io.sparsestream.metrics.Meters;
import io.sparsestream.metrics.StreamMetrics;
import io.sparsestream.metrics.TrainingMetrics;
import io.sparsestream.stream.Keep;
import io.sparsestream.stream.OnGap;
import io.sparsestream.stream.TaskSettings;
import io.sparsestream.stream.rounds.Sync;
import io.sparsestream.support.Await;
import io.sparsestream.support.Ports;
import io.sparsestream.support.SparsestreamProcess;
import io.sparsestream.topic.ControlTopic;
import io.sparsestream.topic.TopicSetup;
import io.sparsestream.topic.Topics;
import io.sparsestream.trainer.Trainer;
import io.sparsestream.trainer.TrainerSettings;
import io.sparsestream.web.HttpServer;
import io.sparsestream.web.MetricsRoutes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * What each alert tells of happens to a real trainer, and a real Prometheus tells it. The rules are those of the project, but for
 * their times, which are a tenth. It takes some minutes, so it runs when it is asked for: {@code scripts/alerts-test}.
 */
@Timeout(900)
@EnabledIfSystemProperty(
        named = "sparsestream.alerts",
        matches = "true",
        disabledReason = "scripts/alerts-test runs it")
class AlertsIT {
    private static final Path RULES = Path.of("prometheus/rules").toAbsolutePath();
    private static final int FASTER = 10;
    private static final Pattern DURATION = Pattern.compile("(?<=for: |\\[|offset )([0-9]+)([smh])");
    private static final int INPUTS = 16;
    private static final Architecture SMALL = Architecture.of(INPUTS, 8, 4, 8, INPUTS);
    private static final Architecture LARGE = Architecture.of(INPUTS, 800, 400, 800, INPUTS); // which cannot keep up
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration NEVER = Duration.ofHours(1);
    private static final Sync OFTEN = new Sync(5, Duration.ofSeconds(1), 1, 0, DeltaEncoding.FLOAT32);
    private static final Sync PATIENT = new Sync(5, Duration.ZERO, 1, 0, DeltaEncoding.FLOAT32);

    @TempDir
    Path directory;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final PrometheusMeterRegistry registry = Meters.create();
    private final Random random = new Random(1);
    private final Set<String> fired = new TreeSet<>();
    private final ScheduledExecutorService feeds = Executors.newScheduledThreadPool(2);
    private final Map<String, Throwable> failures = new ConcurrentHashMap<>(); // of trainers
    private SparsestreamProcess broker;
    private Map<String, Object> kafka;
    private KafkaProducer<byte[], byte[]> producer;
    private volatile boolean changed; // the stream, from some time on

    @AfterEach
    void stop() throws Exception {
        feeds.shutdownNow();
        if (broker != null && broker.isAlive()) {
            signal("CONT");
        }
        while (!open.isEmpty()) {
            open.pop().close();
        }
        if (broker != null) {
            broker.kill();
        }
    }

    @Test
    void eachFiresWhenWhatItTellsOfHappens() throws Exception {
        assumeThat(PrometheusProcess.isInstalled("prometheus"))
                .as("the program prometheus (Debian: apt-get install prometheus) is not installed")
                .isTrue();
        int port = Ports.free();
        broker = SparsestreamProcess.start(
                directory.resolve("broker.log"),
                "broker",
                "--port=" + port,
                "--dir=" + directory.resolve("broker").toString());
        // Few records of a fetch: the lag is what was not fetched.
        kafka = Map.of("bootstrap.servers", "127.0.0.1:" + port, "max.partition.fetch.bytes", 10_000);
        Await.until(
                "the broker to listen",
                List.of(broker),
                () -> broker.lines().stream().anyMatch(line -> line.contains("broker on")));
        producer = opened(new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer()));
        HttpServer metrics = opened(HttpServer.start("127.0.0.1", 0, new MetricsRoutes(registry)));
        int processPort = Ports.free();
        PrometheusProcess prometheus = opened(
                new PrometheusProcess(configuration(metrics.port(), processPort), directory.resolve("prometheus")));
        Await.until("Prometheus to be ready", prometheus::isReady);

        Trainer healthy = one("healthy", Map.of());
        feed("healthy", 200, this::usual);
        one("rubbish", Map.of());
        feed("rubbish", 100, this::usual);
        feed("rubbish", 100, () -> new byte[3]);
        start("rare", 1, SMALL, Map.of(), settings("rare", NEVER, Optional.empty(), OnGap.FAIL), OFTEN);
        feed("rare", 100, this::usual);
        one("late", Map.of());
        feeds.scheduleAtFixedRate(
                () -> producer.send(
                        new ProducerRecord<>("late", null, System.currentTimeMillis() - 60_000, null, usual())),
                0,
                20,
                TimeUnit.MILLISECONDS);
        start(
                "flooded",
                1,
                LARGE,
                Map.of("batch", "1"),
                settings("flooded", SOON, Optional.empty(), OnGap.FAIL),
                OFTEN);
        feed("flooded", 4000, this::usual);
        one("dead", Map.of("beta", "50", "rho", "1e-6", "learning-rate", "0.05"));
        feed("dead", 200, this::usual);
        one("saturated", Map.of("beta", "50", "rho", "0.9999", "learning-rate", "0.05"));
        feed("saturated", 200, this::usual);
        one("steered", Map.of());
        feed("steered", 200, this::usual);
        one("drifting", Map.of());
        feed("drifting", 400, () -> changed ? noise() : usual());
        start("burst", 1, SMALL, Map.of(), settings("burst", SOON, Optional.of(0.99), OnGap.FAIL), OFTEN);
        feed("burst", 200, () -> changed ? noise() : usual());
        gap("gap");
        replicas();
        restarts(processPort);

        List<String> beforeTheChange = List.of(
                "DeadLetters rubbish",
                "ManyDeadLetters rubbish",
                "NoCheckpoints rare",
                "SlowEndToEnd late",
                "LagGrowing flooded",
                "DeadUnits dead",
                "SaturatedUnits saturated",
                "ImagesSkipped gap",
                "TrainerRestarting restarted",
                "TrainerStopped restarted",
                "ReplicaBehind behind",
                "UpdatesMissing missing",
                "WaitingForRounds waiting",
                "RoundsStalled stalled",
                "ReplicaDiverges diverging");
        awaitFiring(prometheus, beforeTheChange);

        changed = true;
        try (ControlTopic control = new ControlTopic(kafka)) {
            control.send("steered", new Control(Control.Command.SET, Map.of("learning-rate", "100"), null, null));
            awaitFiring(prometheus, List.of("Drift drifting", "AnomalyBurst burst", "LossDiverging steered"));
            control.send(
                    "steered",
                    new Control(Control.Command.SET, Map.of("learning-rate", "1e30", "alpha", "1e30"), null, null));
            awaitFiring(prometheus, List.of("TrainerFailed steered"));
        }

        assertThat(failures).containsOnlyKeys("steered");
        assertThat(healthy.state()).isEqualTo(Trainer.State.RUNNING);
        signal("STOP");
        awaitFiring(prometheus, List.of("BrokerUnreachable healthy", "NoProgress flooded"));
        assertThat(fired).filteredOn(each -> each.endsWith(" healthy")).containsExactly("BrokerUnreachable healthy");
        assertThat(fired.stream().map(each -> each.split(" ")[0]).distinct())
                .as("every alert of the project")
                .containsExactlyInAnyOrderElementsOf(prometheus.alertRules().stream()
                        .map(rule -> rule.get("name").asText())
                        .toList());
    }

    private void signal(String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, String.valueOf(broker.pid()))
                .inheritIO()
                .start()
                .waitFor();
    }

    /** The project's rules with shorter times. */
    private Path configuration(int... ports) throws Exception {
        Path rules = Files.createDirectory(directory.resolve("rules"));
        try (Stream<Path> files = Files.list(RULES)) {
            for (Path file : files.toList()) {
                String faster = DURATION.matcher(Files.readString(file)).replaceAll(found -> {
                    long seconds = Long.parseLong(found.group(1))
                            * Map.of("s", 1, "m", 60, "h", 3600).get(found.group(2));
                    return seconds / FASTER + "s";
                });
                Files.writeString(rules.resolve(file.getFileName()), faster);
            }
        }
        String targets = String.join(
                ", ",
                Arrays.stream(ports)
                        .mapToObj(each -> "'127.0.0.1:" + each + "'")
                        .toList());
        return Files.writeString(directory.resolve("prometheus.yml"), """
                global: {scrape_interval: 1s, evaluation_interval: 1s}
                rule_files: ['%s/*.yml']
                scrape_configs:
                  - job_name: trainer
                    static_configs: [{targets: [%s]}]
                """.formatted(rules, targets));
    }

    private void awaitFiring(PrometheusProcess prometheus, List<String> expected) throws Exception {
        Await.until("alerts to fire: " + expected, Duration.ofMinutes(5), () -> {
            for (JsonNode alert : prometheus.query("ALERTS{alertstate=\"firing\"}")) {
                JsonNode labels = alert.get("metric");
                String model = labels.path("model").asText("restarted"); // which alone has a process of its own
                if (fired.add(labels.get("alertname").asText() + " " + model)) {
                    System.err.println("fires: " + labels);
                }
            }
            return fired.containsAll(expected);
        });
    }

    /** A small model of a topic with its name. */
    private Trainer one(String model, Map<String, String> changes) throws Exception {
        return start(model, 1, SMALL, changes, settings(model, SOON, Optional.empty(), OnGap.FAIL), OFTEN);
    }

    private Trainer start(
            String model,
            int partitions,
            Architecture architecture,
            Map<String, String> changes,
            TaskSettings settings,
            Sync sync)
            throws Exception {
        TopicSetup.createImages(kafka, model, partitions);
        Hyperparameters hyperparameters =
                Hyperparameters.PLAIN.with(Map.of("batch", "10")).with(changes);
        Trainer trainer = opened(Trainer.start(
                new TrainerSettings(kafka, directory.resolve("state"), sync, settings),
                () -> new MeasuredLearner(
                        new Autoencoder(architecture, hyperparameters, new PortableProduct()), Optional.empty()),
                new TrainingMetrics(registry, model)));
        opened(new StreamMetrics(registry, model, trainer));
        trainer.failed().exceptionally(cause -> {
            failures.put(model, cause);
            System.err.println("model " + model + " fails: " + cause);
            return null;
        });
        return trainer;
    }

    private static TaskSettings settings(String model, Duration checkpoints, Optional<Double> alertAbove, OnGap onGap) {
        return new TaskSettings(
                new Topics(model),
                model,
                checkpoints,
                new Keep(3, 0),
                Duration.ofSeconds(1),
                InputFormat.AUTO,
                ReconstructionFormat.UINT8,
                alertAbove,
                onGap);
    }

    /** Retention has taken what the model was to be trained on next. */
    private void gap(String model) throws Exception {
        TopicSetup.createImages(kafka, model, 1);
        for (int i = 0; i < 500; i++) {
            producer.send(new ProducerRecord<>(model, usual()));
        }
        producer.flush();
        try (Admin admin = Admin.create(kafka)) {
            Map<String, String> none = Map.of();
            TaskSettings settings = settings(model, SOON, Optional.empty(), OnGap.CONTINUE);
            Trainer first = start(model, 1, SMALL, none, settings, OFTEN);
            Await.until(
                    "a checkpoint",
                    () -> registry.find("sparsestream.checkpoint")
                                    .tag("model", model)
                                    .timer()
                                    .count()
                            > 0);
            first.close();
            for (int i = 0; i < 500; i++) {
                producer.send(new ProducerRecord<>(model, usual()));
            }
            producer.flush();
            admin.deleteRecords(Map.of(new TopicPartition(model, 0), RecordsToDelete.beforeOffset(800)))
                    .all()
                    .get();
            start(model, 1, SMALL, none, settings, OFTEN);
        }
        feed(model, 100, this::usual);
    }

    /** Replicas whose partitions have fewer images than the rest, or others. */
    private void replicas() throws Exception {
        replicas("behind", OFTEN, 400, 1);
        replicas("missing", OFTEN, 400, 15);
        replicas("waiting", PATIENT, 200, 200, 15);
        replicas("stalled", PATIENT, 4000, 0);
        for (int i = 0; i < 600; i++) { // of which two rounds are made
            producer.send(new ProducerRecord<>("stalled", 1, null, usual()));
        }
        replicas("diverging", PATIENT, 0, 0, 0, 0, 0);
        feeds.scheduleAtFixedRate(
                () -> {
                    byte[] same = usual();
                    for (int partition = 0; partition < 4; partition++) { // whose replicas learn the same
                        producer.send(new ProducerRecord<>("diverging", partition, null, same));
                    }
                    producer.send(new ProducerRecord<>("diverging", 4, null, noise()));
                },
                0,
                5,
                TimeUnit.MILLISECONDS);
    }

    /** @param perSecond images of each partition */
    private void replicas(String model, Sync sync, int... perSecond) throws Exception {
        TaskSettings settings = settings(model, SOON, Optional.empty(), OnGap.FAIL);
        start(model, perSecond.length, SMALL, Map.of(), settings, sync);
        for (int partition = 0; partition < perSecond.length; partition++) {
            if (perSecond[partition] > 0) {
                feed(model, partition, perSecond[partition], this::usual);
            }
        }
    }

    /** A process that is killed again and again, and in the end does not come back. */
    private void restarts(int port) throws Exception {
        for (int i = 0; i < 4; i++) {
            SparsestreamProcess process = SparsestreamProcess.start(
                    directory.resolve("restarted" + i + ".log"),
                    "train",
                    "--bootstrap-servers=" + kafka.get("bootstrap.servers"),
                    "--model=restarted",
                    "--topic=healthy",
                    "--layers=16-8-4-8-16",
                    "--state-dir=" + directory.resolve("restarted"),
                    "--port=" + port);
            open.push(process::kill);
            Await.until(
                    "the trainer to serve",
                    List.of(process),
                    () -> process.lines().stream().anyMatch(line -> line.contains("training model")));
            Await.pass("Prometheus looks at it", Duration.ofSeconds(3));
            process.kill();
        }
    }

    private void feed(String topic, int perSecond, Supplier<byte[]> values) {
        feed(topic, 0, perSecond, values);
    }

    private void feed(String topic, int partition, int perSecond, Supplier<byte[]> values) {
        int at = Math.max(1, perSecond / 10);
        feeds.scheduleAtFixedRate(
                () -> {
                    for (int i = 0; i < at; i++) {
                        producer.send(new ProducerRecord<>(topic, partition, null, values.get()));
                    }
                },
                0,
                1000L * at / perSecond,
                TimeUnit.MILLISECONDS);
    }

    /** One of a few records, a little different each time. */
    private synchronized byte[] usual() {
        byte[] greys = new byte[INPUTS];
        int kind = random.nextInt(4);
        for (int i = 0; i < INPUTS; i++) {
            greys[i] = (byte) ((i % 4 == kind ? 200 : 20) + random.nextInt(10));
        }
        return greys;
    }

    private synchronized byte[] noise() {
        byte[] greys = new byte[INPUTS];
        random.nextBytes(greys);
        return greys;
    }

    private <T extends AutoCloseable> T opened(T resource) {
        open.push(resource);
        return resource;
    }
}
