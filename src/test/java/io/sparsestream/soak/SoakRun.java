package io.sparsestream.soak;

import io.sparsestream.message.Control;
import io.sparsestream.message.ControlResult;
import io.sparsestream.support.Await;
import io.sparsestream.support.Ports;
import io.sparsestream.support.ProcessEndedException;
import io.sparsestream.support.SparsestreamProcess;
import io.sparsestream.topic.ControlTopic;
import io.sparsestream.topic.TopicSetup;
import io.sparsestream.topic.Topics;
import io.sparsestream.web.OpenPage;
import io.sparsestream.web.PagePicture;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.common.config.TopicConfig;

/**
 * A broker, two endless replays, a trainer of a model whose page is open, and two trainers of replicas of another model, one
 * of which is ended and started all the time: each a process of its own. All are scraped, and the models are told things.
 */
final class SoakRun implements AutoCloseable {
    private static final Topics SINGLE = new Topics("sparse");
    private static final Topics REPLICATED = new Topics("shared");
    private static final String IMAGES_OF_REPLICAS = "shared-images";
    private static final int REPLICAS = 2;

    private static final String BROKER = "broker";
    private static final String PAGE = "page";

    /** Bytes of an image on its topics, roughly. */
    private static final double IMAGE = 900;

    private static final double ACTIVATIONS = 10;
    private static final double UPDATES = 700;

    private static final Duration SCRAPES = Duration.ofSeconds(5);
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Duration WORDS = Duration.ofMinutes(10);
    private static final int LOOKS_ALONE = 3;
    private static final Duration SETTLE = Duration.ofSeconds(4);
    private static final double MEGABYTE = 1024 * 1024;

    /** What the models are told, each list at one turn. */
    private static final List<Turn> TURNS = List.of(
            new Turn(SINGLE, List.of(Control.set(Map.of("learning-rate", "0.0005")))),
            new Turn(REPLICATED, List.of(Control.set(Map.of("learning-rate", "0.0005")))),
            new Turn(SINGLE, List.of(Control.pause(), Control.resume())),
            new Turn(SINGLE, List.of(Control.set(Map.of("learning-rate", "0.001", "beta", "1e-3")))),
            new Turn(REPLICATED, List.of(Control.set(Map.of("learning-rate", "0.001")))),
            new Turn(SINGLE, List.of(Control.reset(null))));

    private record Turn(Topics model, List<Control> controls) {}

    private final Path directory;
    private final Plan plan;
    private final Consumer<String> say;
    private final int port = Ports.free();
    private final Map<String, Object> kafka = Map.of("bootstrap.servers", "127.0.0.1:" + port);
    private final HttpClient http = HttpClient.newHttpClient();
    private final ScheduledExecutorService disturbing = Executors.newScheduledThreadPool(4);
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final List<Watched> watched = new ArrayList<>();
    private final int visitorPort = Ports.free();
    private Recording recording;
    private ControlTopic control;
    private volatile SparsestreamProcess visitor;
    private double learned; // images, when the trainer was last looked at
    private double lookedAt; // seconds
    private volatile int scrapes;
    private volatile int commands;
    private volatile int restarts;

    /** @param directory for data, logs and histograms */
    SoakRun(Path directory, Plan plan, Consumer<String> say) throws IOException {
        this.directory = directory;
        this.plan = plan;
        this.say = say;
        Files.createDirectories(temporary());
        Files.createDirectories(directory.resolve("heaps"));
    }

    private Path temporary() {
        return directory.resolve("tmp");
    }

    /** Runs as long as planned. */
    Outcome run() throws Exception {
        Watched broker = watch(
                BROKER,
                OptionalInt.empty(),
                Optional.empty(),
                List.of("broker", "--dir=" + directory.resolve("broker"), "--port=" + port));
        Await.until(
                "the broker",
                List.of(broker.process()),
                () -> broker.process().lines().stream().anyMatch(line -> line.startsWith("broker on")));
        createTopics();
        replay("replay", Topics.IMAGES);
        replay("replay 2", IMAGES_OF_REPLICAS);
        Watched single = trainer("trainer", SINGLE, Topics.IMAGES, List.of("--allow-control"));
        Watched stays = trainer("replicas", REPLICATED, IMAGES_OF_REPLICAS, List.of());
        visitor = start("visitor", visitor());
        for (int each : new int[] {single.port().orElseThrow(), stays.port().orElseThrow(), visitorPort}) {
            awaitReady(each);
        }
        control = new ControlTopic(kafka);
        URI page = URI.create("http://127.0.0.1:" + single.port().orElseThrow() + "/");
        if (!PagePicture.isPossible()) {
            say.accept("skipped: the page's own memory, since chromium and chromedriver are not installed");
            try (EventStream stream = new EventStream(page)) {
                return soak(stays, Optional.empty());
            }
        }
        try (OpenPage open = new OpenPage(page.toString(), directory.resolve("profile"))) {
            return soak(stays, Optional.of(open));
        }
    }

    private Outcome soak(Watched stays, Optional<OpenPage> page) throws Exception {
        say.accept("all runs; logs in " + directory);
        recording = new Recording();
        every("scrapes", SCRAPES, this::scrapeAll);
        every("commands", plan.control(), this::command);
        every("the trainer that comes and goes", plan.stay(), () -> restart(stays));
        every(
                "words",
                WORDS,
                () -> say.accept(String.format(Locale.ROOT, "%.0f min: %s", recording.seconds() / 60, soFar())));
        try (Admin admin = Admin.create(kafka)) {
            for (int look = 0; goesOn(); look++) {
                try {
                    look(stays, admin, page, look % plan.heaps() == 0);
                } catch (IOException e) { // a violation, but the figures of hours are told all the same
                    fault(String.format(Locale.ROOT, "the look at second %.0f: %s", recording.seconds(), e));
                }
                double next = (look + 1) * (plan.sampling().toMillis() / 1e3);
                Await.pass("the next look", Duration.ofMillis((long) Math.max(0, 1e3 * (next - recording.seconds()))));
            }
        } catch (ProcessEndedException e) { // what has been seen until then is told all the same
            fault(e.getMessage());
        }
        double seconds = recording.seconds();
        page.ifPresent(open -> open.errors().forEach(error -> fault("the page complains: " + error)));
        endDisturbing();
        return new Outcome(plan, seconds, scrapes, commands, restarts, recording.series(), List.copyOf(faults));
    }

    /** Told at once, because the rest may take hours. */
    private void fault(String text) {
        faults.add(text);
        say.accept(text);
    }

    private String soFar() {
        return scrapes + " scrapes, " + commands + " commands, " + restarts + " restarts";
    }

    /** On a busy machine longer than planned. */
    private boolean goesOn() {
        return recording.seconds() < plan.length().toSeconds() || restarts < plan.restarts() && faults.isEmpty();
    }

    private void look(Watched stays, Admin admin, Optional<OpenPage> page, boolean atHeaps) throws Exception {
        for (Watched each : watched) {
            Await.requireAlive(List.of(each.process()));
            if (each != stays) { // which has as much to do as the other leaves it
                look(each, atHeaps);
                learned(each);
            }
            if (each.state().isPresent()) {
                recording.add(
                        each.name(),
                        Measure.STATE_DISK,
                        ProcessFigures.disk(each.state().get()));
            }
        }
        recording.add(BROKER, Measure.BROKER_DISK, ProcessFigures.disk(directory.resolve("broker")));
        recording.add("all", Measure.TEMPORARY, ProcessFigures.disk(temporary()));
        List<String> topics = List.copyOf(admin.listTopics(new ListTopicsOptions().listInternal(true))
                .names()
                .get());
        recording.add(BROKER, Measure.TOPICS, topics.size());
        recording.add(
                BROKER,
                Measure.PARTITIONS,
                admin.describeTopics(topics).allTopicNames().get().values().stream()
                        .mapToInt(topic -> topic.partitions().size())
                        .sum());
        if (atHeaps && page.isPresent()) {
            OpenPage.Figures figures = page.get().figures();
            recording.add(PAGE, Measure.HEAP, figures.heap() / MEGABYTE);
            recording.add(PAGE, Measure.NODES, figures.nodes());
            recording.add(PAGE, Measure.LISTENERS, figures.listeners());
        }
    }

    private void look(Watched each, boolean atHeap) throws IOException, InterruptedException {
        ProcessFigures figures = new ProcessFigures(each.process().pid());
        recording.add(each.name(), Measure.RESIDENT, figures.resident());
        recording.add(each.name(), Measure.THREADS, figures.threads());
        recording.add(each.name(), Measure.HANDLES, figures.handles());
        if (each.port().isPresent()) {
            recording.add(
                    each.name(), Measure.METERS, scrape(each.port().getAsInt()).meters());
        }
        if (atHeap) {
            String file = each.name() + "-" + (int) recording.seconds() + ".txt";
            recording.add(
                    each.name(),
                    Measure.HEAP,
                    figures.heap(directory.resolve("heaps").resolve(file)));
        }
    }

    /** How fast a trainer learns. */
    private void learned(Watched each) throws IOException, InterruptedException {
        if (each.state().isPresent()) {
            double now = scrape(each.port().orElseThrow()).sum("sparsestream_images_total");
            double seconds = recording.seconds();
            if (seconds > plan.sampling().toSeconds()) { // since when it learns is not known
                recording.add(each.name(), Measure.IMAGES, (now - learned) / (seconds - lookedAt));
            }
            learned = now;
            lookedAt = seconds;
        }
    }

    /** Both replicas, and the averaging. */
    private static boolean hasAll(Scrape scrape) {
        return scrape.count("sparsestream_steps_total") == REPLICAS && scrape.count("sparsestream_rounds_total") == 1;
    }

    private void scrapeAll() throws IOException, InterruptedException {
        for (Watched each : watched) {
            if (each.port().isPresent()) {
                scrape(each.port().getAsInt());
                scrapes++;
            }
        }
        try {
            scrape(visitorPort);
            scrapes++;
        } catch (ConnectException e) {
            return; // it is gone just now
        }
    }

    private Scrape scrape(int of) throws IOException, InterruptedException {
        return new Scrape(get(of, "/metrics").body());
    }

    private HttpResponse<String> get(int of, String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + of + path);
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    private void command() throws Exception {
        Turn turn = TURNS.get(commands % TURNS.size());
        commands++;
        for (Control each : turn.controls) {
            Optional<ControlResult> answer = control.ask(turn.model.model(), each, LIMIT);
            if (answer.isEmpty() || answer.get().refused() != null) {
                fault("model " + turn.model.model() + " was told " + each.text() + ": "
                        + answer.map(ControlResult::text).orElse("no answer within " + LIMIT.toSeconds() + " s"));
            }
        }
    }

    /** By SIGTERM and by SIGKILL in turn. The trainer that stays is looked at while all is its own, so that it is always as much. */
    private void restart(Watched stays) throws Exception {
        if (restarts % 2 == 0) {
            visitor.terminate();
        } else {
            visitor.kill();
        }
        Await.until(
                "the other trainer to take over",
                LIMIT,
                () -> hasAll(scrape(stays.port().orElseThrow())));
        for (int i = 0; i < LOOKS_ALONE; i++) {
            Await.pass("it settles", SETTLE);
            look(stays, true);
        }
        visitor = start("visitor", visitor());
        awaitReady(visitorPort);
        restarts++;
    }

    private void awaitReady(int of) throws Exception {
        Await.until(
                "a trainer to be ready", LIMIT, () -> get(of, "/health/ready").statusCode() == 200);
    }

    private interface Disturbance {
        void happen() throws Exception;
    }

    private void every(String what, Duration time, Disturbance disturbance) {
        disturbing.scheduleWithFixedDelay(
                () -> {
                    try {
                        disturbance.happen();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt(); // the run is over
                    } catch (Exception e) {
                        if (!disturbing.isShutdown()) {
                            fault(what + ": " + e);
                        }
                    }
                },
                time.toMillis(),
                time.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private void endDisturbing() throws InterruptedException {
        disturbing.shutdownNow();
        disturbing.awaitTermination(1, TimeUnit.MINUTES);
    }

    /** Those whose bounds take hours to reach. The others are created by who needs them. */
    private void createTopics() throws Exception {
        Map<String, String> forGood = new HashMap<>(TopicSetup.BY_BROKERS_CLOCK);
        forGood.put(TopicConfig.RETENTION_MS_CONFIG, "-1");
        create(Topics.IMAGES, 1, IMAGE, Map.of());
        create(IMAGES_OF_REPLICAS, REPLICAS, IMAGE, Map.of());
        for (Topics model : List.of(SINGLE, REPLICATED)) {
            create(model.reconstructions(), model == SINGLE ? 1 : REPLICAS, IMAGE, TopicSetup.BY_BROKERS_CLOCK);
            create(model.activations(), 1, ACTIVATIONS, TopicSetup.BY_BROKERS_CLOCK);
        }
        create(REPLICATED.updates(), 1, UPDATES, forGood);
        create(REPLICATED.globals(), REPLICAS, UPDATES, forGood);
    }

    private void create(String topic, int partitions, double bytesPerImage, Map<String, String> more) throws Exception {
        long retention = plan.retention(bytesPerImage, partitions);
        Map<String, String> config = new HashMap<>(more);
        config.put(TopicConfig.RETENTION_BYTES_CONFIG, Long.toString(plan.bounded() ? retention : -1));
        config.put(TopicConfig.SEGMENT_BYTES_CONFIG, Long.toString(Plan.segment(retention)));
        TopicSetup.create(kafka, topic, partitions, Optional.empty(), config);
    }

    private void replay(String name, String topic) throws IOException {
        int own = Ports.free();
        watch(
                name,
                OptionalInt.of(own),
                Optional.empty(),
                List.of(
                        "replay",
                        "--bootstrap-servers=127.0.0.1:" + port,
                        "--topic=" + topic,
                        "--forever",
                        "--rate=" + plan.rate(),
                        "--port=" + own));
    }

    private Watched trainer(String name, Topics model, String topic, List<String> more) throws IOException {
        int own = Ports.free();
        Path state = directory.resolve("state-" + name);
        List<String> command = new ArrayList<>(train(model, topic, state, own));
        command.addAll(more);
        return watch(name, OptionalInt.of(own), Optional.of(state), command);
    }

    private List<String> visitor() {
        return train(REPLICATED, IMAGES_OF_REPLICAS, directory.resolve("state-visitor"), visitorPort);
    }

    private List<String> train(Topics model, String topic, Path state, int own) {
        return List.of(
                "train",
                "--bootstrap-servers=127.0.0.1:" + port,
                "--model=" + model.model(),
                "--preset=sparse",
                "--topic=" + topic,
                "--state-dir=" + state,
                "--on-gap=continue", // on a busy machine it may fall behind
                "--port=" + own);
    }

    private Watched watch(String name, OptionalInt own, Optional<Path> state, List<String> command) throws IOException {
        Watched each = new Watched(name, start(name, command), own, state);
        watched.add(each);
        return each;
    }

    private SparsestreamProcess start(String name, List<String> command) throws IOException {
        return SparsestreamProcess.start(
                directory.resolve(name + ".log"),
                Map.of("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary()),
                command);
    }

    @Override
    public void close() throws InterruptedException {
        endDisturbing();
        if (control != null) {
            control.close();
        }
        for (Watched each : watched) {
            each.process().kill();
        }
        if (visitor != null) {
            visitor.kill();
        }
    }
}
