package io.sparsestream.crash;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparsestream.message.Control;
import io.sparsestream.message.Json;
import io.sparsestream.support.Await;
import io.sparsestream.support.ProcessEndedException;
import io.sparsestream.support.SparsestreamProcess;
import io.sparsestream.support.Tails;
import io.sparsestream.topic.ControlTopic;
import io.sparsestream.topic.ModelTopic;
import io.sparsestream.topic.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;

/**
 * One run: a broker and a trainer as processes, images sent little by little, kills at random moments; then the comparison
 * with an undisturbed model, which learns by hand from the same images, or beside the disturbed one where both are told
 * something at the same time.
 */
final class CrashRun implements AutoCloseable {
    private static final Topics DISTURBED = new Topics("disturbed");
    private static final Topics UNDISTURBED = new Topics("undisturbed");
    /** Images that are enough to see whether any are taken. */
    private static final int SOME = 64;

    private static final double LONGEST_LIFE_SECONDS = 4;
    private static final double LONGEST_ANSWER_SECONDS = 0.4;
    private static final double LONGEST_STANDSTILL_SECONDS = 20;
    private static final int PORTIONS = 20;
    private static final Pattern RESUMES = Pattern.compile("resumes at step \\d+: \\d+ from the checkpoint, (\\d+) tr");
    private static final Pattern FIRST_STEP = Pattern.compile("first new step, \\d+, ([\\d.]+) s after");

    private final Path directory;
    private final Plan plan;
    private final Random random;
    private final int batch;
    private final Consumer<String> progress;
    private final RunningBrokers brokers;
    private final Map<String, Object> kafka;
    private final ClockJumps clock;
    private final List<String> violations = new ArrayList<>();
    private final List<SparsestreamProcess> processes = new ArrayList<>();
    private final Tails tails;
    private ImageSender images; // null until the broker is there
    private Admin admin; // the same
    private SparsestreamProcess undisturbed; // null where it learns by hand
    private final List<SparsestreamProcess> trainers = new ArrayList<>(); // one, or two instances of the same model
    private final List<Double> takeovers = new ArrayList<>();
    private int active; // index of the trainer that has the task

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
    CrashRun(Path directory, Plan plan, Consumer<String> progress) throws IOException, InterruptedException {
        this.directory = directory;
        this.plan = plan;
        this.progress = progress;
        random = new Random(plan.seed());
        batch = plan.shape().batch();
        brokers = new RunningBrokers(plan.scenario().brokers(directory));
        kafka = brokers.kafka();
        tails = new Tails(kafka);
        clock = ClockJumps.of(plan.shape(), directory, random, progress);
    }

    Result run() throws Exception {
        long start = System.nanoTime();
        try {
            disturb();
            return compare(start);
        } catch (ProcessEndedException e) {
            double seconds = (System.nanoTime() - start) / 1e9;
            return new Result(List.of(e.getMessage()), List.of(), List.of(), takeovers, Double.NaN, seconds);
        }
    }

    private void disturb() throws Exception {
        brokers.start();
        admin = Admin.create(kafka);
        images = new ImageSender(kafka, 1, plan);
        if (plan.scenario() == Scenario.BACKLOG) {
            images.finish();
        }
        trainers.add(startDisturbed(0));
        if (plan.scenario() != Scenario.TRAINER && plan.scenario() != Scenario.BACKLOG) {
            // A trainer that finds no broker at its very start says so and ends: that is not what is tested here.
            images.upTo(SOME);
            await("the trainer to begin", () -> committed(DISTURBED) > 0);
        }
        if (plan.scenario() == Scenario.TAKEOVER) {
            trainers.add(startDisturbed(1));
            awaitBegun(2);
        }
        if (plan.scenario() == Scenario.CONTROL) {
            undisturbed = startTrainer(UNDISTURBED, "state", "exactly_once_v2", Map.of());
        }
        for (int kill = 1; kill <= plan.kills(); kill++) {
            switch (plan.scenario()) {
                case CONTROL -> steerAndKill(kill);
                case BACKLOG -> killInBacklog(kill);
                default -> liveAndKill(kill);
            }
        }
        if (plan.shape().clockJumps()) {
            setClockBack();
        }
        images.finish();
        awaitCommitted(DISTURBED, plan.images());
        awaitPublished(DISTURBED);
    }

    private Result compare(long start) throws Exception {
        List<String> lines = trainers.get(0).lines();
        double secondsToStop = trainers.get(active).terminate();
        for (SparsestreamProcess trainer : trainers) {
            trainer.kill();
        }
        trainers.clear();
        boolean steered = plan.scenario() == Scenario.CONTROL;
        Left expected;
        if (steered) {
            trainers.add(undisturbed);
            awaitCommitted(UNDISTURBED, plan.images());
            awaitPublished(UNDISTURBED);
            undisturbed.terminate();
            expected = Left.by(kafka, UNDISTURBED);
        } else {
            expected = ByHand.of(kafka, plan.shape(), progress);
        }
        violations.addAll(new Audit(plan.images(), batch, steered).violations(Left.by(kafka, DISTURBED), expected));
        violations.addAll(brokers.violations());
        return new Result(
                violations,
                matches(RESUMES, lines).map(Integer::valueOf).toList(),
                matches(FIRST_STEP, lines).map(Double::valueOf).toList(),
                takeovers,
                secondsToStop,
                (System.nanoTime() - start) / 1e9);
    }

    /** While the trainer is running, by more than any time limit that it has; it must go on at once. */
    private void setClockBack() throws Exception {
        images.upTo(images.limit() + SOME);
        awaitCommitted(DISTURBED, images.limit());
        clock.back();
        long start = System.nanoTime();
        images.upTo(images.limit() + SOME);
        awaitCommitted(DISTURBED, images.limit());
        double seconds = (System.nanoTime() - start) / 1e9;
        if (seconds > LONGEST_STANDSTILL_SECONDS) {
            violations.add(String.format(
                    Locale.ROOT, "nothing was committed for %.0f s after the clock had been set back", seconds));
        }
    }

    /**
     * Sends some more images, at full speed or in a trickle, and kills after a random time, or when a random share of them
     * has been committed: so that kills fall into the
     * start, the restoring, the training again, the training, into commits and into idleness with a batch half full.
     */
    private void liveAndKill(int kill) throws Exception {
        long from = images.limit();
        long to = Math.max(from + 1, (long) plan.images() * kill / (plan.kills() + 1) - random.nextInt(batch));
        double life = random.nextDouble() * LONGEST_LIFE_SECONDS;
        boolean early = random.nextInt(4) == 0;
        boolean trickle = random.nextBoolean();
        boolean midWork = !early && !trickle && random.nextBoolean();
        clock.any();
        if (!early) {
            long before = committed(DISTURBED);
            images.upTo(Math.max(from + 1, from + (to - from) / PORTIONS));
            await("new images to be committed", () -> committed(DISTURBED) > before);
        }
        if (midWork) {
            long share = from + (long) (random.nextDouble() * (to - from));
            images.upTo(to);
            await("a share of the new images to be committed", () -> committed(DISTURBED) > share);
        } else {
            for (int i = 1; i <= PORTIONS; i++) {
                images.upTo(trickle ? from + (to - from) * i / PORTIONS : to);
                sleep(life / PORTIONS);
            }
        }
        clock.any();
        long committed = committed(DISTURBED);
        if (committed >= plan.images()) {
            throw new IllegalStateException("the job was finished before kill " + kill);
        }
        Await.requireAlive(brokers.and(trainers));
        switch (plan.scenario()) {
            case TRAINER -> killTrainer();
            case BROKER, CLUSTER -> killBroker();
            case TAKEOVER -> takeOver(kill);
        }
        progress.accept(String.format(
                Locale.ROOT,
                "kill %d of the %s %s, images sent %s, %,d committed",
                kill,
                plan.scenario(),
                midWork
                        ? "in mid-work"
                        : String.format(Locale.ROOT, "%.1f s after %s", life, early ? "its start" : "new work"),
                trickle ? "little by little" : "at once",
                committed));
    }

    /**
     * Kills when a random share of the images has been committed: in mid-work, since more than that have been sent, and
     * with as many under way as there may be.
     */
    private void killInBacklog(int kill) throws Exception {
        long share = (long) (plan.images() * (kill - random.nextDouble()) / (plan.kills() + 1));
        clock.any();
        await(share + " images to be committed", () -> committed(DISTURBED) > share);
        long committed = committed(DISTURBED);
        int emitted = reconstructions(DISTURBED);
        killTrainer();
        progress.accept(String.format(
                Locale.ROOT,
                "kill %d of the trainer in its backlog, %,d committed, of which %,d had been reconstructed",
                kill,
                committed,
                emitted));
    }

    private void killTrainer() throws Exception {
        trainers.get(active).kill();
        trainers.set(active, startDisturbed(active));
    }

    /**
     * Both models are told the same at the same image, seldom between two mini-batches; the disturbed one is killed around
     * it, before, while or after it takes effect, and once more while it learns by the new values.
     */
    private void steerAndKill(int kill) throws Exception {
        clock.any();
        if (!isPause(kill - 1)) { // while they are paused, nothing is taken
            images.upTo((long) plan.images() * kill / (plan.kills() + 1));
        }
        long sent = images.limit();
        awaitCommitted(DISTURBED, sent);
        awaitCommitted(UNDISTURBED, sent);
        if (!isPause(kill - 1)) {
            // By the weights before a rollback or a reset, both of them: when pending images are due depends on the
            // clock.
            await(
                    "the reconstructions of pending images",
                    () -> reconstructions(DISTURBED) == sent && reconstructions(UNDISTURBED) == sent);
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
            images.upTo(sent + random.nextInt(SOME + 5 * batch));
        }
        sleep(random.nextDouble());
        clock.any();
        killTrainer();
        progress.accept(String.format(
                Locale.ROOT,
                "killed %s '%s' after %,d images (%s), and while learning by it",
                before ? "before" : String.format(Locale.ROOT, "%.0f ms after", wait * 1000),
                change.text(),
                images.limit(),
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
        return tails.records(topics.reconstructions()).size();
    }

    private List<JsonNode> answers(Topics topics) {
        return tails.records(topics.activations()).stream()
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
        images.upTo(images.limit() + SOME);
        trainers.set(ended, trainers.get(active)); // only the living are watched meanwhile
        await("the other instance to take over", () -> committed(DISTURBED) > before);
        takeovers.add((System.nanoTime() - start) / 1e9);
        trainers.set(ended, startDisturbed(ended));
        awaitBegun(2 + takeovers.size());
    }

    /**
     * Waits until each instance of those that take turns has said that it trains: one that is just starting ends with a word
     * of Kafka's silence if the clock is set forward meanwhile, as if there were no broker, and that is not what is tested.
     */
    private void awaitBegun(int starts) throws Exception {
        await(
                "start " + starts + " of an instance",
                () -> trainers.get(0).lines().stream()
                                .filter(line -> line.contains("training model"))
                                .count()
                        >= starts);
    }

    private static void sleep(double seconds) throws InterruptedException {
        Await.pass("the moment of what happens next is random", Duration.ofMillis((long) (seconds * 1e3)));
    }

    /** A cluster goes on without it, meanwhile. */
    private void killBroker() throws Exception {
        if (plan.shape().timestamps().areOld()) {
            await("all images to be on the topic, once", images::isIdle);
        }
        int node = random.nextInt(brokers.count());
        brokers.kill(node);
        if (brokers.count() > 1) {
            long before = committed(DISTURBED);
            images.upTo(images.limit() + SOME);
            await("images to be committed without broker " + node, () -> committed(DISTURBED) > before);
        }
        sleep(random.nextDouble() * plan.longestPause());
        brokers.restart(node, trainers);
    }

    private SparsestreamProcess startDisturbed(int instance) throws IOException {
        return startTrainer(DISTURBED, "state-" + instance, plan.guarantee(), clock.environment());
    }

    private SparsestreamProcess startTrainer(
            Topics topics, String state, String guarantee, Map<String, String> environment) throws IOException {
        List<String> arguments = plan.withGuarantee(guarantee)
                .trainer(brokers.bootstrapServers(), topics.model(), directory.resolve(state));
        SparsestreamProcess process =
                SparsestreamProcess.start(directory.resolve(topics.model() + ".log"), environment, arguments);
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
                () -> ModelTopic.read(kafka, topics.model()).manifest().nextOffset() == plan.images() / batch * batch);
    }

    private void await(String what, Await.Condition condition)
            throws InterruptedException, IOException, ProcessEndedException {
        Await.until(what, brokers.and(trainers), condition);
    }

    private long committed(Topics topics) throws Exception {
        return Committed.images(admin, topics, 1);
    }

    private static java.util.stream.Stream<String> matches(Pattern pattern, List<String> lines) {
        return lines.stream().map(pattern::matcher).filter(Matcher::find).map(matcher -> matcher.group(1));
    }

    @Override
    public void close() throws InterruptedException {
        if (images != null) {
            images.close();
            admin.close();
        }
        tails.close();
        for (SparsestreamProcess process : processes) {
            process.kill();
        }
        brokers.close();
    }
}
