package io.sparsestream.crash;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.message.Control;
import io.sparsestream.message.Json;
import io.sparsestream.replay.Replay;
import io.sparsestream.stream.CommittedRecords;
import io.sparsestream.stream.ControlTopic;
import io.sparsestream.stream.ModelTopic;
import io.sparsestream.stream.TopicSetup;
import io.sparsestream.stream.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * One run: a broker and a trainer as processes, images sent little by little, kills at random moments; then, or where
 * both are told something at the same time, the same images through a second, undisturbed model, and the comparison of
 * both.
 */
final class CrashRun implements AutoCloseable {
    private static final Topics DISTURBED = new Topics("disturbed");
    private static final Topics UNDISTURBED = new Topics("undisturbed");
    private static final int BATCH = Hyperparameters.SPARSE.batch();
    private static final long WAIT_SECONDS = 180;
    private static final double LONGEST_LIFE_SECONDS = 4;
    private static final double LONGEST_ANSWER_SECONDS = 0.4;
    private static final int PORTIONS = 20;
    private static final Pattern RESUMES = Pattern.compile("resumes at step \\d+: \\d+ from the checkpoint, (\\d+) tr");
    private static final Pattern FIRST_STEP = Pattern.compile("first new step, \\d+, ([\\d.]+) s after");

    private final Path directory;
    private final Plan plan;
    private final Random random;
    private final Consumer<String> progress;
    private final RunningBrokers brokers;
    private final Map<String, Object> kafka;
    private final List<SparsestreamProcess> processes = new ArrayList<>();
    private SparsestreamProcess undisturbed; // null until started
    private final List<SparsestreamProcess> trainers = new ArrayList<>(); // one, or two instances of the same model
    private final List<Double> takeovers = new ArrayList<>();
    private int active; // index of the trainer that has the task
    private volatile long sendUpTo;

    /**
     * What the run found.
     *
     * @param violations of the guarantee; empty if it held
     * @param retrained steps that each restart trained again
     * @param secondsToFirstStep from the start of each JVM that got so far to its first new step
     * @param secondsToTakeOver from the end of the active instance to the first new images committed by the other
     * @param secondsToStop from SIGTERM to the end of the process
     */
    record Result(
            List<String> violations,
            List<Integer> retrained,
            List<Double> secondsToFirstStep,
            List<Double> secondsToTakeOver,
            double secondsToStop,
            double seconds) {}

    /**
     * @param directory for the broker's data, the state and the processes' output
     * @param progress takes a line for each kill
     */
    CrashRun(Path directory, Plan plan, Consumer<String> progress) throws IOException {
        this.directory = directory;
        this.plan = plan;
        this.progress = progress;
        random = new Random(plan.seed());
        brokers = new RunningBrokers(plan.scenario().brokers(directory));
        kafka = brokers.kafka();
    }

    Result run() throws Exception {
        long start = System.nanoTime();
        try {
            disturb();
        } catch (ProcessEndedException e) {
            double seconds = (System.nanoTime() - start) / 1e9;
            return new Result(List.of(e.getMessage()), List.of(), List.of(), takeovers, Double.NaN, seconds);
        }
        return compare(start);
    }

    private void disturb() throws Exception {
        brokers.start();
        TopicSetup.createImages(kafka, Topics.IMAGES);
        Dataset dataset = Dataset.read(Path.of("data/mnist"), Split.TRAIN);
        try (Replay replay = new Replay(kafka, Topics.IMAGES, dataset, random.nextLong())) {
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                try {
                    replay.run(0, plan.images(), 0, position -> position < sendUpTo);
                } catch (IOException e) {
                    progress.accept("no more images are sent: " + e.getMessage());
                    throw new IllegalStateException(e);
                }
            });
            trainers.add(startDisturbed(0));
            if (plan.scenario() != Scenario.TRAINER) {
                // A trainer that finds no broker at its very start says so and ends: that is not what is tested here.
                await("the trainer to begin", () -> {
                    sendUpTo = BATCH;
                    return committed(DISTURBED) > 0;
                });
            }
            if (plan.scenario() == Scenario.TAKEOVER) {
                trainers.add(startDisturbed(1));
            }
            if (plan.scenario() == Scenario.CONTROL) {
                startUndisturbed();
            }
            for (int kill = 1; kill <= plan.kills(); kill++) {
                if (plan.scenario() == Scenario.CONTROL) {
                    steerAndKill(kill);
                } else {
                    liveAndKill(kill);
                }
            }
            sendUpTo = plan.images();
            awaitCommitted(DISTURBED, plan.images());
            sent.get(WAIT_SECONDS, TimeUnit.SECONDS);
        }
        awaitPublished(DISTURBED);
    }

    private Result compare(long start) throws Exception {
        List<String> lines = trainers.get(0).lines();
        double secondsToStop = trainers.get(active).terminate();
        for (SparsestreamProcess trainer : trainers) {
            trainer.kill();
        }
        trainers.clear();
        if (undisturbed == null) {
            startUndisturbed();
        }
        trainers.add(undisturbed);
        awaitCommitted(UNDISTURBED, plan.images());
        awaitPublished(UNDISTURBED);
        undisturbed.terminate();
        List<String> violations = new Audit(kafka, plan.images(), BATCH, plan.scenario() == Scenario.CONTROL)
                .violations(DISTURBED, UNDISTURBED);
        violations.addAll(brokers.violations());
        return new Result(
                violations,
                matches(RESUMES, lines).map(Integer::valueOf).toList(),
                matches(FIRST_STEP, lines).map(Double::valueOf).toList(),
                takeovers,
                secondsToStop,
                (System.nanoTime() - start) / 1e9);
    }

    /**
     * Sends some more images, at full speed or in a trickle, and kills after a random time: so that kills fall into the
     * start, the restoring, the training again, the training, into commits and into idleness with a batch half full.
     */
    private void liveAndKill(int kill) throws Exception {
        long from = sendUpTo;
        long to = (long) plan.images() * kill / (plan.kills() + 1) - random.nextInt(BATCH);
        double life = random.nextDouble() * LONGEST_LIFE_SECONDS;
        boolean early = random.nextInt(4) == 0;
        boolean trickle = random.nextBoolean();
        if (!early) {
            long before = committed(DISTURBED);
            sendUpTo = Math.max(from + 1, from + (to - from) / PORTIONS);
            await("new images to be committed", () -> committed(DISTURBED) > before);
        }
        for (int i = 1; i <= PORTIONS; i++) {
            sendUpTo = Math.max(sendUpTo, trickle ? from + (to - from) * i / PORTIONS : to);
            sleep(life / PORTIONS);
        }
        long committed = committed(DISTURBED);
        if (committed >= plan.images()) {
            throw new IllegalStateException("the job was finished before kill " + kill);
        }
        Await.requireAlive(brokers.and(trainers));
        switch (plan.scenario()) {
            case TRAINER -> {
                trainers.get(active).kill();
                trainers.set(active, startDisturbed(active));
            }
            case BROKER, CLUSTER -> killBroker();
            case TAKEOVER -> takeOver(kill);
        }
        progress.accept(String.format(
                Locale.ROOT,
                "kill %d of the %s %.1f s after %s, images sent %s, %,d committed",
                kill,
                plan.scenario(),
                life,
                early ? "its start" : "new work",
                trickle ? "little by little" : "at once",
                committed));
    }

    /**
     * Both models are told the same at the same image, seldom between two mini-batches; the disturbed one is killed around
     * it, before, while or after it takes effect, and once more while it learns by the new values.
     */
    private void steerAndKill(int kill) throws Exception {
        // The replay asks at every 64th image whether it may go on: so many are sent, seldom a whole number of batches.
        long to = (long) plan.images() * kill / (plan.kills() + 1) / Replay.STRIDE * Replay.STRIDE;
        if (!isPause(kill - 1)) { // while they are paused, nothing is taken
            sendUpTo = to;
        }
        awaitCommitted(DISTURBED, sendUpTo);
        awaitCommitted(UNDISTURBED, sendUpTo);
        if (!isPause(kill - 1)) {
            // By the weights before a rollback or a reset, both of them: when pending images are due depends on the
            // clock.
            await(
                    "the reconstructions of pending images",
                    () -> reconstructions(DISTURBED) == sendUpTo && reconstructions(UNDISTURBED) == sendUpTo);
        }
        Control change = change(kill);
        boolean before = random.nextInt(3) == 0;
        double wait = random.nextDouble() * LONGEST_ANSWER_SECONDS;
        try (ControlTopic topic = new ControlTopic(kafka)) {
            topic.send(UNDISTURBED.model(), change);
            if (before) {
                trainers.get(active).kill();
            }
            topic.send(DISTURBED.model(), change);
        }
        if (!before) {
            sleep(wait);
            trainers.get(active).kill();
        }
        int answered = answers(DISTURBED).size();
        trainers.set(active, startDisturbed(active));
        await(
                "the answers",
                () -> answers(DISTURBED).size() == kill && answers(UNDISTURBED).size() == kill);
        if (!isPause(kill)) {
            sendUpTo += (long) Replay.STRIDE * (5 + random.nextInt(10));
        }
        sleep(random.nextDouble());
        trainers.get(active).kill();
        trainers.set(active, startDisturbed(active));
        progress.accept(String.format(
                Locale.ROOT,
                "killed %s '%s' after %,d images (%s), and while learning by it",
                before ? "before" : String.format(Locale.ROOT, "%.0f ms after", wait * 1000),
                change.text(),
                sendUpTo,
                answered == kill ? "answered" : "not answered"));
    }

    /** Whether the models are told to pause: not at last, since nothing would be taken any more. */
    private boolean isPause(int kill) {
        return kill % 6 == 2 && kill < plan.kills();
    }

    /** Every kind in turn; a rollback to where the first change was, whose checkpoint both models have for certain. */
    private Control change(int kill) {
        if (isPause(kill)) {
            return Control.pause();
        }
        return switch (kill % 6) {
            case 3 -> Control.resume();
            case 4 -> Control.rollback(answers(UNDISTURBED).get(0).get("step").asLong());
            case 0 -> Control.reset(random.nextLong());
            default ->
                Control.set(Map.of(
                        "beta", Double.toString(random.nextInt(100) * 1e-5),
                        "learning-rate", Double.toString(0.001 + random.nextInt(10) * 1e-3)));
        };
    }

    private int reconstructions(Topics topics) {
        return CommittedRecords.of(kafka, topics.reconstructions()).size();
    }

    private List<JsonNode> answers(Topics topics) {
        return CommittedRecords.of(kafka, topics.activations()).stream()
                .map(record -> Json.tree(record.value()))
                .filter(Audit::isAnswer)
                .toList();
    }

    /** Ends the active instance, every other time politely, and starts it again when the other has taken over. */
    private void takeOver(int kill) throws Exception {
        int ended = active;
        if (kill % 2 == 0) {
            trainers.get(ended).terminate();
        } else {
            trainers.get(ended).kill();
        }
        active = 1 - ended;
        long start = System.nanoTime();
        long before = committed(DISTURBED);
        sendUpTo += Replay.STRIDE; // fewer might be none
        trainers.set(ended, trainers.get(active)); // only the living are watched meanwhile
        await("the other instance to take over", () -> committed(DISTURBED) > before);
        takeovers.add((System.nanoTime() - start) / 1e9);
        trainers.set(ended, startDisturbed(ended));
    }

    private static void sleep(double seconds) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep((long) (seconds * 1e9));
    }

    /** A cluster goes on without it, meanwhile. */
    private void killBroker() throws Exception {
        int node = random.nextInt(brokers.count());
        brokers.kill(node);
        if (brokers.count() > 1) {
            long before = committed(DISTURBED);
            sendUpTo += Replay.STRIDE;
            await("images to be committed without broker " + node, () -> committed(DISTURBED) > before);
        }
        sleep(random.nextDouble() * plan.longestPause());
        brokers.restart(node, trainers);
    }

    private void startUndisturbed() throws IOException {
        undisturbed = startTrainer(UNDISTURBED, "state", "exactly_once_v2");
    }

    private SparsestreamProcess startDisturbed(int instance) throws IOException {
        return startTrainer(DISTURBED, "state-" + instance, plan.guarantee());
    }

    private SparsestreamProcess startTrainer(Topics topics, String state, String guarantee) throws IOException {
        return started(
                topics.model() + ".log",
                "train",
                "--bootstrap-servers",
                brokers.bootstrapServers(),
                "--model",
                topics.model(),
                "--port",
                "0",
                "--state-dir",
                directory.resolve(state).toString(),
                "--checkpoint-interval",
                "1",
                "--keep-every", // all: that a model can roll back must not depend on when its checkpoints were due
                "1",
                "--max-batch-wait",
                "0.3",
                "-K",
                "processing.guarantee=" + guarantee,
                "-K",
                "commit.interval.ms=100");
    }

    private SparsestreamProcess started(String log, String... arguments) throws IOException {
        SparsestreamProcess process = SparsestreamProcess.start(directory.resolve(log), arguments);
        processes.add(process);
        return process;
    }

    /** What a dead process had under way may still be committed: so wait for Kafka's word, not for a log line. */
    private void awaitCommitted(Topics topics, long images) throws Exception {
        await(images + " images to be committed", () -> committed(topics) == images);
    }

    private void awaitPublished(Topics topics) throws Exception {
        await(
                "the last checkpoint",
                () -> ModelTopic.read(kafka, topics.model()).manifest().nextOffset() == plan.images() / BATCH * BATCH);
    }

    private void await(String what, Await.Condition condition)
            throws InterruptedException, IOException, ProcessEndedException {
        Await.until(what, brokers.and(trainers), condition);
    }

    private long committed(Topics topics) throws Exception {
        try (Admin admin = Admin.create(kafka)) {
            OffsetAndMetadata offset = admin.listConsumerGroupOffsets(topics.applicationId())
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .get(new TopicPartition(Topics.IMAGES, 0));
            return offset == null ? 0 : offset.offset();
        }
    }

    private static java.util.stream.Stream<String> matches(Pattern pattern, List<String> lines) {
        return lines.stream().map(pattern::matcher).filter(Matcher::find).map(matcher -> matcher.group(1));
    }

    @Override
    public void close() throws InterruptedException {
        for (SparsestreamProcess process : processes) {
            process.kill();
        }
        brokers.close();
    }
}
