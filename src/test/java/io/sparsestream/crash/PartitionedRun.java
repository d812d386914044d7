package io.sparsestream.crash;

import io.sparsestream.support.Await;
import io.sparsestream.support.ProcessEndedException;
import io.sparsestream.support.SparsestreamProcess;
import io.sparsestream.support.Tails;
import io.sparsestream.topic.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;

/**
 * One run on a topic of several partitions: a broker and up to three trainers of the same model, or of models by key, as
 * processes, which are killed and come back, leave, join, and are killed and stay away, while images are sent little by
 * little. Then the comparison with models by key that learn by hand; or, of replicas of which nothing in a round depends on
 * a clock, with another model that one undisturbed trainer learns from the same images.
 */
final class PartitionedRun implements AutoCloseable {
    private static final Topics DISTURBED = new Topics("disturbed");
    private static final Topics UNDISTURBED = new Topics("undisturbed");
    private static final int SLOTS = 3;
    private static final double LONGEST_LIFE_SECONDS = 3;
    private static final int PORTIONS = 20;

    private final Path directory;
    private final Plan plan;
    private final int partitions;
    private final int batch;
    private final Random random;
    private final Consumer<String> progress;
    private final ClockJumps clock;
    private final RunningBrokers brokers;
    private final Map<String, Object> kafka;
    private final Tails tails;
    private final List<SparsestreamProcess> processes = new ArrayList<>();
    private final List<SparsestreamProcess> slots = new ArrayList<>(Collections.nCopies(SLOTS, null));
    private ImageSender images; // null until the broker is there
    private Admin admin; // the same

    /** What happens to a trainer, or to a broker. */
    private enum Event {
        /** SIGKILL, and it is started again on its state at once. */
        KILL,
        /** SIGTERM. */
        LEAVE,
        /** Another one, or one that was there before. */
        JOIN,
        /** SIGKILL, and it stays away: the others take over after the session timeout. */
        DIE,
        /** SIGKILL for one of several brokers, which comes back after the trainers have gone on without it. */
        BROKER
    }

    /** @param progress takes a line for each event */
    PartitionedRun(Path directory, Plan plan, int partitions, Consumer<String> progress)
            throws IOException, InterruptedException {
        this.directory = directory;
        this.plan = plan;
        this.partitions = partitions;
        batch = plan.shape().batch();
        this.progress = progress;
        random = new Random(plan.seed());
        brokers = new RunningBrokers(plan.scenario().brokers(directory));
        kafka = brokers.kafka();
        tails = new Tails(kafka);
        clock = ClockJumps.of(plan.shape(), directory, random, progress);
    }

    /** Returns what is wrong; nothing if nothing is. */
    List<String> run() throws Exception {
        brokers.start();
        admin = Admin.create(kafka);
        images = new ImageSender(kafka, partitions, plan);
        boolean synchronous = plan.scenario().isSynchronous();
        try {
            start(0);
            start(1);
            for (int event = 1; event <= plan.kills(); event++) {
                live(event);
            }
            clock.back();
            images.finish();
            if (plan.scenario() == Scenario.KEYED) {
                return keyed();
            }
            awaitSettled(DISTURBED, living());
            if (!synchronous) {
                return audit().counted(DISTURBED, true);
            }
            terminateAll();
            SparsestreamProcess undisturbed = startTrainer(UNDISTURBED, "state", Map.of());
            awaitSettled(UNDISTURBED, List.of(undisturbed));
            undisturbed.terminate();
            List<String> violations = audit().counted(DISTURBED, false);
            violations.addAll(audit().identical(DISTURBED, UNDISTURBED));
            violations.addAll(brokers.violations());
            return violations;
        } catch (ProcessEndedException e) {
            return List.of(e.getMessage());
        }
    }

    /** For clients that look at what it has left. */
    Map<String, Object> kafka() {
        return kafka;
    }

    /** That was disturbed. */
    String model() {
        return DISTURBED.model();
    }

    private List<String> keyed() throws Exception {
        KeyedAudit audit = new KeyedAudit(kafka, DISTURBED, partitions, plan.shape());
        await("all models to be published", () -> audit.isSettled(tails));
        terminateAll();
        return audit.violations();
    }

    private void terminateAll() throws InterruptedException {
        for (SparsestreamProcess trainer : living()) {
            trainer.terminate();
        }
        Collections.fill(slots, null);
    }

    private ReplicasAudit audit() {
        return new ReplicasAudit(kafka, partitions, plan.images() / partitions, batch);
    }

    /**
     * Sends some more images, in a trickle or at once, and then something happens: at a random moment, or while those
     * that were sent at once are on their way, when a random share of them is committed.
     */
    private void live(int number) throws Exception {
        long from = images.limit();
        long to = (long) plan.images() * number / (plan.kills() + 1);
        double life = random.nextDouble() * LONGEST_LIFE_SECONDS;
        boolean early = number > 1 && random.nextInt(4) == 0;
        boolean trickle = random.nextBoolean();
        clock.any();
        if (!early) {
            long before = committed();
            images.upTo(Math.max(from + partitions, from + (to - from) / PORTIONS));
            await("new images to be committed", () -> committed() > before);
        }
        if (early || trickle) {
            for (int i = 1; i <= PORTIONS; i++) {
                images.upTo(trickle ? from + (to - from) * i / PORTIONS : to);
                Await.pass("the moment of what happens next is random", Duration.ofMillis((long)
                        (life * 1000 / PORTIONS)));
            }
        } else {
            long share = images.limit() + (long) (random.nextDouble() * (to - images.limit()));
            images.upTo(to);
            await("a share of the new images to be committed", () -> committed() >= share);
        }
        Await.requireAlive(brokers.and(living()));
        long committed = committed();
        Event event = next(number);
        int slot = happen(event);
        progress.accept(String.format(
                Locale.ROOT,
                "%d: %s %d, %s %s, images sent %s, %,d committed, now %d trainers",
                number,
                event == Event.BROKER ? "broker" : "trainer",
                slot,
                event == Event.BROKER ? Event.KILL : event,
                early || trickle
                        ? String.format(Locale.ROOT, "%.1f s after %s", life, early ? "the last" : "new work")
                        : "in mid-work",
                trickle ? "little by little" : "at once",
                committed,
                living().size()));
    }

    /** All kinds in turn, but that one trainer is always there, and no more than there are slots for. */
    private Event next(int number) {
        if (brokers.count() > 1) {
            return Event.BROKER;
        }
        Event event = Event.values()[(number - 1) % Event.BROKER.ordinal()];
        int living = living().size();
        if (living == 1 && (event == Event.LEAVE || event == Event.DIE)) {
            return Event.JOIN;
        }
        return living == SLOTS && event == Event.JOIN ? Event.KILL : event;
    }

    private int happen(Event event) throws Exception {
        if (event == Event.BROKER) {
            return killBroker();
        }
        List<Integer> possible = new ArrayList<>();
        for (int slot = 0; slot < SLOTS; slot++) {
            if ((slots.get(slot) == null) == (event == Event.JOIN)) {
                possible.add(slot);
            }
        }
        int slot = possible.get(random.nextInt(possible.size()));
        switch (event) {
            case KILL -> {
                slots.get(slot).kill();
                start(slot);
            }
            case LEAVE -> {
                slots.get(slot).terminate();
                slots.set(slot, null);
            }
            case JOIN -> start(slot);
            case DIE -> {
                slots.get(slot).kill();
                slots.set(slot, null);
            }
        }
        return slot;
    }

    private int killBroker() throws Exception {
        int node = random.nextInt(brokers.count());
        brokers.kill(node);
        long before = committed();
        images.upTo(images.limit() + (long) batch * partitions);
        await("images to be committed without broker " + node, () -> committed() > before);
        Await.pass("the broker is away for a random time", Duration.ofMillis((long)
                (1000 * random.nextDouble() * plan.longestPause())));
        brokers.restart(node, living());
        return node;
    }

    private void start(int slot) throws IOException {
        slots.set(slot, startTrainer(DISTURBED, "state-" + slot, clock.environment()));
    }

    private SparsestreamProcess startTrainer(Topics model, String state, Map<String, String> environment)
            throws IOException {
        List<String> arguments = plan.trainer(brokers.bootstrapServers(), model.model(), directory.resolve(state));
        SparsestreamProcess process = SparsestreamProcess.start(
                directory.resolve(model.model() + "-" + state + ".log"), environment, arguments);
        processes.add(process);
        return process;
    }

    private List<SparsestreamProcess> living() {
        return slots.stream().filter(Objects::nonNull).toList();
    }

    private void await(String what, Await.Condition condition)
            throws InterruptedException, IOException, ProcessEndedException {
        Await.until(what, brokers.and(living()), condition);
    }

    private void awaitSettled(Topics model, List<SparsestreamProcess> trainers) throws Exception {
        Await.until(
                "all images to be trained",
                brokers.and(trainers),
                () -> audit().isSettled(tails, model, plan.scenario().isSynchronous()));
        Await.until("all images to be committed", brokers.and(trainers), () -> committed(model) == plan.images());
    }

    private long committed() throws Exception {
        return committed(DISTURBED);
    }

    private long committed(Topics model) throws Exception {
        return Committed.images(admin, model, partitions);
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
