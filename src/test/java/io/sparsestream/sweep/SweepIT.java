package io.sparsestream.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparsestream.broker.EmbeddedBroker;
import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Evaluation;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.message.InputFormat;
import io.sparsestream.replay.Replay;
import io.sparsestream.replay.ShuffledStream;
import io.sparsestream.support.Await;
import io.sparsestream.support.SparsestreamProcess;
import io.sparsestream.sweep.Trial.Status;
import io.sparsestream.topic.TopicSetup;
import io.sparsestream.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real broker with real images, on a small architecture. */
class SweepIT {
    private static final Architecture ARCHITECTURE = Architecture.of(784, 20, 784);
    private static final int STEPS = 100;
    private static final int BATCH = 10;
    private static final long SEED = 3;

    @TempDir
    Path directory;

    private EmbeddedBroker broker;
    private Map<String, Object> kafka;
    private Dataset digits;
    private final List<String> messages = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(directory.resolve("broker"), 0);
        kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
        digits = Dataset.read(Path.of("data/mnist"), Split.TEST);
        TopicSetup.createImages(kafka, Topics.IMAGES);
    }

    @AfterEach
    void stop() throws Exception {
        broker.close();
    }

    /** Also that what is no image is passed over. */
    @Test
    void everyTrialLearnsWhatItWouldLearnAlone() throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(Topics.IMAGES, new byte[] {1, 2, 3}))
                    .get();
        }
        replay(0, STEPS * BATCH);
        List<Hyperparameters> settings = settings("1e-4,1e-2", "0.01,0.02");

        List<Trial> trials = run("sweep", settings, false);

        assertThat(trials).extracting(Trial::status).containsOnly(Status.FINISHED);
        for (int i = 0; i < settings.size(); i++) {
            Evaluation alone = alone(settings.get(i));
            assertThat(trials.get(i).id()).isEqualTo(i + 1);
            assertThat(trials.get(i).hyperparameters()).isEqualTo(settings.get(i));
            assertThat(trials.get(i).mse()).isEqualTo(alone.losses().mse());
            assertThat(trials.get(i).meanActivation()).isEqualTo(alone.meanActivation());
        }
    }

    @Test
    void killedItGoesOnToTheSameResults() throws Exception {
        replay(0, STEPS * BATCH / 2); // so that it cannot end before it is killed
        Path killed = directory.resolve("killed");
        SparsestreamProcess process = SparsestreamProcess.start(
                directory.resolve("output.txt"),
                "sweep",
                "--bootstrap-servers=" + broker.bootstrapServers(),
                "--dir=" + killed,
                "--engine=portable",
                "--checkpoint-interval=0",
                "--layers=784-20-784",
                "--preset=plain",
                "--batch=" + BATCH,
                "--steps=" + STEPS,
                "--beta=1e-4,1e-2",
                "--learning-rate=0.01,0.02");
        Path json = killed.resolve("sweep.json");
        Await.until(
                "the sweep to come to step 50",
                List.of(process),
                () -> new ObjectMapper().readTree(json.toFile()).get("step").asLong() >= 50);
        process.kill();
        Files.writeString(killed.resolve("trial-1-step-75.state"), "left by a kill before its sweep.json was written");
        replay(STEPS * BATCH / 2, STEPS * BATCH);
        List<Hyperparameters> settings = settings("1e-4,1e-2", "0.01,0.02");

        List<Trial> trials = run("killed", settings, false);

        assertThat(messages).as("trained again").first().isEqualTo("75");
        assertThat(trials).isEqualTo(run("undisturbed", settings, false));
        assertThat(killed.toFile().list((dir, name) -> name.endsWith(".state"))).isEmpty();
        messages.clear();
        assertThat(run("killed", settings, false)).as("finished once").isEqualTo(trials);
        assertThat(messages).isEmpty();
    }

    /** Whatever has come behind them since. */
    @Test
    void trialsAreJudgedOnTheNewestRecordsFromWhichTheyDoNotLearn() throws Exception {
        int last = 200;
        replay(0, STEPS * BATCH + last);
        List<Hyperparameters> settings = settings("1e-4,1e-2", "0.01");
        List<Trial> undisturbed = run("undisturbed", settings, last, STEPS, step -> {});
        assertThat(undisturbed.get(0).mse())
                .isEqualTo(alone(settings.get(0), STEPS * BATCH, STEPS * BATCH + last)
                        .losses()
                        .mse());
        assertThatThrownBy(() -> run("stopped", settings, last, STEPS, step -> {
                    if (step == 50) {
                        throw new IllegalStateException("stopped");
                    }
                }))
                .hasMessage("stopped");
        replay(STEPS * BATCH + last, STEPS * BATCH + 2 * last);

        assertThat(run("stopped", settings, last, STEPS, step -> {})).isEqualTo(undisturbed);
        assertThatThrownBy(() -> run("too long", settings, last, 2 * STEPS, step -> {}))
                .isInstanceOf(IOException.class)
                .hasMessage("the trials have learned from all of topic images up to offset " + (STEPS * BATCH + last)
                        + ", from where on it is for judging them: give fewer --steps, or a smaller --last");
    }

    @Test
    void anotherTopicOfTheSameNameIsNotLearnedFrom() throws Exception {
        replay(0, STEPS * BATCH);
        run("sweep", settings("1e-4", "0.01"), false);
        Path json = directory.resolve("sweep/sweep.json"); // as a kill leaves it, with the topic's id of another topic
        ObjectNode tree = (ObjectNode) new ObjectMapper().readTree(json.toFile());
        String id = tree.get("topicId").asText();
        try (Admin admin = Admin.create(kafka)) {
            assertThat(id)
                    .isEqualTo(admin.describeTopics(List.of(Topics.IMAGES))
                            .allTopicNames()
                            .get()
                            .get(Topics.IMAGES)
                            .topicId()
                            .toString());
        }
        ((ObjectNode) tree.get("trials").get(0)).put("status", Status.RUNNING.toString());
        StateFile.write(
                directory.resolve("sweep/trial-1-step-" + STEPS + ".state"),
                new Autoencoder(ARCHITECTURE, settings("1e-4", "0.01").get(0), new PortableProduct()));
        new ObjectMapper().writeValue(json.toFile(), tree.put("topicId", "another"));
        assertThatThrownBy(() -> run("sweep", settings("1e-4", "0.01"), false))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("was deleted and created again")
                .hasMessageContaining("the id another, this one is " + id)
                .hasMessageEndingWith("with another --dir");
        new ObjectMapper().writeValue(json.toFile(), tree.put("topicId", id).put("nextOffset", 1_000_000));
        assertThatThrownBy(() -> run("sweep", settings("1e-4", "0.01"), false))
                .hasMessageContaining("ends at offset")
                .hasMessageContaining("has read it up to offset 1000000");
    }

    @Test
    void aTopicThatIsReplacedWhileTheSweepWaitsIsFound() throws Exception {
        try (ImageFeed feed = new ImageFeed(
                        kafka, Topics.IMAGES, 784, InputFormat.AUTO, -1, Optional.empty(), messages::add);
                Admin admin = Admin.create(kafka)) {
            feed.requireSame();
            admin.deleteTopics(List.of(Topics.IMAGES)).all().get();
            assertThatThrownBy(feed::requireSame).hasMessageContaining("cannot be described");
            TopicSetup.createImages(kafka, Topics.IMAGES);
            Await.until("the broker to know the new one", () -> {
                try {
                    feed.requireSame();
                } catch (IOException e) {
                    return !e.getMessage().contains("cannot be described");
                }
                return false;
            });
            assertThatThrownBy(feed::requireSame).hasMessageContaining("was deleted and created again");
        }
    }

    @Test
    void halvingStopsTheWorseHalfEarly() throws Exception {
        replay(0, STEPS * BATCH);
        List<Hyperparameters> settings = settings("1e-4,1e-3,1e-2", "0.01,0.02");

        List<Trial> trials = run("sweep", settings, true);

        assertThat(trials.stream().filter(trial -> trial.status() == Status.STOPPED && trial.steps() == 25))
                .hasSize(3);
        assertThat(trials.stream().filter(trial -> trial.status() == Status.STOPPED && trial.steps() == 50))
                .hasSize(1);
        List<Trial> finished = trials.stream()
                .filter(trial -> trial.status() == Status.FINISHED)
                .toList();
        assertThat(finished).hasSize(2).allMatch(trial -> trial.steps() == STEPS);
        assertThat(finished.get(0).mse())
                .isEqualTo(alone(finished.get(0).hyperparameters()).losses().mse());
    }

    @Test
    void aDivergedTrialDoesNotStopTheOthers() throws Exception {
        replay(0, STEPS * BATCH);
        List<Hyperparameters> settings =
                List.of(chosen(Map.of("learning-rate", "1e9", "alpha", "1")), chosen(Map.of()));

        List<Trial> trials = run("sweep", settings, false);

        assertThat(trials).extracting(Trial::status).containsExactly(Status.DIVERGED, Status.FINISHED);
        assertThat(messages).contains("trial 1 has diverged at step 1");
        SweepReport report = SweepReport.of(STEPS, "mnist/test", trials);
        report.write(directory.resolve("sweep"), List.of("learning-rate"));
        assertThat(report.front()).containsExactly(2);
        assertThat(directory.resolve("sweep/report.md"))
                .content()
                .contains("| 1 | 1.0E9 | – | – | – | diverged at 1 |");
        assertThat(directory.resolve("sweep/front.png")).isNotEmptyFile();
        assertThat(new ObjectMapper()
                        .readTree(directory.resolve("sweep/report.json").toFile())
                        .at("/front/0")
                        .asInt())
                .isEqualTo(2);
        assertThat(directory.resolve("sweep/trial-2.properties")).content().contains("learning-rate=0.01\n");
    }

    @Test
    void saysWhyItCannotGoOn() throws Exception {
        replay(0, STEPS * BATCH);
        run("sweep", settings("1e-4", "0.01"), false);
        assertThatThrownBy(() -> run("sweep", settings("1e-3", "0.01"), false))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("holds another sweep: give the options that it was begun with");
        Files.writeString(directory.resolve("sweep/sweep.json"), "{}");
        assertThatThrownBy(() -> run("sweep", settings("1e-4", "0.01"), false))
                .hasMessageContaining("holds another sweep");
        Files.writeString(directory.resolve("sweep/sweep.json"), "]");
        assertThatThrownBy(() -> run("sweep", settings("1e-4", "0.01"), false))
                .hasMessageContaining("sweep.json is no sweep's: choose another --dir");
        try (SweepDirectory held = new SweepDirectory(directory.resolve("sweep"))) {
            assertThatThrownBy(() -> run("sweep", settings("1e-4", "0.01"), false))
                    .hasMessageContaining("another sweep is running on");
        }
    }

    @Test
    void aDamagedStateIsNotLearnedFrom() throws Exception {
        Learner learner = new Autoencoder(ARCHITECTURE, Hyperparameters.SPARSE, new PortableProduct());
        Path file = directory.resolve("a.state");
        StateFile.write(file, learner);
        byte[] bytes = Files.readAllBytes(file);
        bytes[1000] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> StateFile.read(file, learner)).hasMessageContaining("a.state is damaged");
        Files.write(file, new byte[5]);
        assertThatThrownBy(() -> StateFile.read(file, learner)).hasMessageContaining("a.state is damaged");
    }

    private static List<Hyperparameters> settings(String betas, String rates) {
        return SearchSpace.of(chosen(Map.of()), Map.of("beta", betas, "learning-rate", rates), STEPS)
                .grid();
    }

    private static Hyperparameters chosen(Map<String, String> changes) {
        return Hyperparameters.PLAIN
                .with(Map.of("batch", Integer.toString(BATCH)))
                .with(changes);
    }

    private List<Trial> run(String name, List<Hyperparameters> settings, boolean halving) throws Exception {
        return run(name, settings, halving, Optional.empty(), STEPS, Duration.ofHours(1), step -> {});
    }

    private List<Trial> run(String name, List<Hyperparameters> settings, int last, int steps, LongConsumer each)
            throws Exception {
        return run(name, settings, false, Optional.of(last), steps, Duration.ZERO, each);
    }

    private List<Trial> run(
            String name,
            List<Hyperparameters> settings,
            boolean halving,
            Optional<Integer> last,
            int steps,
            Duration checkpointInterval,
            LongConsumer each)
            throws Exception {
        return Sweep.run(
                new Sweep.Settings(
                        kafka,
                        Topics.IMAGES,
                        InputFormat.AUTO,
                        ARCHITECTURE,
                        steps,
                        halving,
                        2,
                        directory.resolve(name),
                        checkpointInterval,
                        last),
                settings,
                PortableProduct::new,
                last.isPresent() ? List.of() : digits.images(),
                new Sweep.Listener() {
                    @Override
                    public void onProgress(long step, int running) {
                        messages.add(Long.toString(step));
                        each.accept(step);
                    }

                    @Override
                    public void onMessage(String line) {
                        messages.add(line);
                    }
                });
    }

    private Evaluation alone(Hyperparameters hyperparameters) {
        return Evaluation.of(learned(hyperparameters), digits.images());
    }

    /** Judged on images of the stream. */
    private Evaluation alone(Hyperparameters hyperparameters, int from, int to) {
        ShuffledStream stream = new ShuffledStream(digits.size(), SEED);
        List<byte[]> images = IntStream.range(from, to)
                .mapToObj(i -> digits.images().get(stream.index(i)))
                .toList();
        return Evaluation.of(learned(hyperparameters), images);
    }

    private Learner learned(Hyperparameters hyperparameters) {
        Learner learner = new Autoencoder(ARCHITECTURE, hyperparameters, new PortableProduct());
        MiniBatch batch = learner.newBatch();
        ShuffledStream stream = new ShuffledStream(digits.size(), SEED);
        for (int i = 0; i < STEPS * BATCH; i++) {
            batch.add(digits.images().get(stream.index(i)));
            if (batch.isFull()) {
                learner.train(batch);
                batch.clear();
            }
        }
        return learner;
    }

    private void replay(long from, long to) throws IOException {
        try (Replay replay = new Replay(kafka, Topics.IMAGES, digits, SEED)) {
            replay.run(from, to, 0, position -> true);
        }
    }
}
