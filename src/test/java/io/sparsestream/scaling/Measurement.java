package io.sparsestream.scaling;

import io.sparsestream.crash.Brokers;
import io.sparsestream.crash.OneBroker;
import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.replay.Replay;
import io.sparsestream.support.Await;
import io.sparsestream.support.Ports;
import io.sparsestream.support.SparsestreamProcess;
import io.sparsestream.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * A broker with images, and trainers of one model, each a process of its own. What they do is looked at over a window in
 * the middle: compilers have settled, and no partition has come to its end.
 */
final class Measurement implements AutoCloseable {
    private static final double WINDOW_BEGINS = 0.4; // share of the images
    private static final double WINDOW_ENDS = 0.85;
    private static final double LONGEST_SECONDS = 150;
    private static final long LOOK_MILLIS = 500; // a scrape takes a trainer's processor, too
    private static final Topics MODEL = new Topics("scaling");

    private final Plan plan;
    private final Path directory;
    private final Brokers brokers;
    private final Map<String, Object> kafka;
    private final List<SparsestreamProcess> processes = new ArrayList<>();
    private final List<SparsestreamProcess> trainers = new ArrayList<>();
    private final List<Integer> ports;
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<ProcessBeans> trainerBeans = new ArrayList<>();
    private SparsestreamProcess broker;
    private ProcessBeans traffic;

    /** @param directory for the broker's data, the trainers' state and all output */
    Measurement(Plan plan, Path directory) throws IOException {
        this.plan = plan;
        this.directory = directory;
        brokers = new OneBroker(directory);
        kafka = Map.of("bootstrap.servers", brokers.bootstrapServers());
        ports = Ports.free(plan.trainers());
    }

    /** What was done in the window. */
    Snapshot run() throws Exception {
        broker = started(brokers.start(0));
        prepare();
        traffic = new ProcessBeans(broker.pid());
        for (int i = 0; i < plan.trainers(); i++) {
            trainers.add(started(startTrainer(i)));
        }
        Snapshot first = await(WINDOW_BEGINS * plan.images());
        Snapshot last = await(WINDOW_ENDS * plan.images());
        return last.since(first);
    }

    private void prepare() throws Exception {
        try (Admin admin = Admin.create(kafka)) {
            Await.until("the broker to answer", List.of(broker), () -> brokers.areInSync(admin));
            // Without a bound, so that nothing is deleted in mid-run.
            admin.createTopics(List.of(new NewTopic(Topics.IMAGES, Optional.of(plan.partitions()), Optional.empty())))
                    .all()
                    .get();
        }
        Dataset dataset = Dataset.read(Path.of("data/mnist"), Split.TRAIN);
        try (Replay replay = new Replay(kafka, Topics.IMAGES, dataset, 1)) {
            replay.run(0, plan.images(), 0, position -> true);
        }
    }

    private SparsestreamProcess startTrainer(int number) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "train",
                "--bootstrap-servers",
                brokers.bootstrapServers(),
                "--model",
                MODEL.model(),
                "--preset",
                "sparse",
                "--port",
                Integer.toString(ports.get(number)),
                "--state-dir",
                directory.resolve("state-" + number).toString()));
        command.addAll(plan.options());
        return SparsestreamProcess.start(
                directory.resolve("trainer-" + number + ".log"), command.toArray(String[]::new));
    }

    private SparsestreamProcess started(SparsestreamProcess process) {
        processes.add(process);
        return process;
    }

    /** The first snapshot with so many images. */
    private Snapshot await(double images) throws Exception {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos((long) (1000 * LONGEST_SECONDS));
        while (true) {
            if (trainers.stream().allMatch(SparsestreamProcess::isAlive)) {
                Optional<Snapshot> now = snapshot();
                if (now.isPresent() && now.get().images() >= images) {
                    return now.get();
                }
            } else {
                throw new IllegalStateException("a trainer has ended, see the logs in " + directory);
            }
            if (System.nanoTime() > end) {
                throw new IllegalStateException(plan + " has not trained " + (long) images + " images within "
                        + LONGEST_SECONDS + " s, see the logs in " + directory);
            }
            Thread.sleep(LOOK_MILLIS);
        }
    }

    /** Empty while a trainer does not answer yet. */
    private Optional<Snapshot> snapshot() throws Exception {
        StringBuilder metrics = new StringBuilder();
        for (int port : ports) {
            try {
                metrics.append(http.send(
                                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body());
            } catch (IOException e) {
                return Optional.empty(); // not listening yet
            }
        }
        while (trainerBeans.size() < trainers.size()) { // a JVM that has just been started refuses
            trainerBeans.add(new ProcessBeans(trainers.get(trainerBeans.size()).pid()));
        }
        String text = metrics.toString();
        List<Double> streamThreads = new ArrayList<>();
        for (ProcessBeans trainer : trainerBeans) {
            streamThreads.add(trainer.streamThreadCpu());
        }
        return Optional.of(new Snapshot(
                System.nanoTime() / 1e9,
                sum(text, "sparsestream_images_total"),
                sum(text, "sparsestream_rounds_total"),
                sum(text, "sparsestream_round_wait_seconds_sum"),
                sum(text, "sparsestream_round_time_seconds_sum"),
                trainers.stream().map(SparsestreamProcess::cpuSeconds).toList(),
                streamThreads,
                broker.cpuSeconds(),
                traffic.in(),
                traffic.out()));
    }

    private static double sum(String metrics, String name) {
        double sum = 0;
        Matcher matcher =
                Pattern.compile("(?m)^" + name + "(?:\\{[^}]*\\})? (\\S+)$").matcher(metrics);
        while (matcher.find()) {
            sum += Double.parseDouble(matcher.group(1));
        }
        return sum;
    }

    @Override
    public void close() throws Exception {
        if (traffic != null) {
            traffic.close();
        }
        for (ProcessBeans trainer : trainerBeans) {
            trainer.close();
        }
        for (SparsestreamProcess process : processes) {
            process.kill();
        }
    }
}
