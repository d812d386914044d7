package io.sparsestream.crash;

import io.sparsestream.support.Await;
import io.sparsestream.support.SparsestreamProcess;
import io.sparsestream.support.Tails;
import io.sparsestream.topic.ModelTopic;
import io.sparsestream.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * One run: three brokers and two trainers, of one model, of its replicas or of models by key, each a process on a machine of its own, while images are sent little
 * by little and faults come one after another; then the comparison with an undisturbed model, as in a {@link CrashRun}.
 */
final class ChaosRun implements AutoCloseable {
    private static final Topics DISTURBED = new Topics("disturbed");
    private static final Topics UNDISTURBED = new Topics("undisturbed");
    private static final int BROKERS = 3;
    private static final int TRAINERS = 2;
    /** Of the images topic where there are several models or replicas. */
    static final int PARTITIONS = 2;

    private static final double LONGEST_CALM_SECONDS = 2;
    private static final double SHORTEST_FAULT_SECONDS = 1;
    private static final int PORTIONS = 10;
    private static final int MARKERS = 10; // of transactions that end while a step is waited for, at most
    private static final Duration LIMIT = Duration.ofMinutes(5); // of a recovery
    private static final Duration LAST_LIMIT = Duration.ofMinutes(10); // to learn what has been sent

    private final Path directory;
    private final Plan plan;
    private final int partitions;
    private final long step; // images of which some must belong to a step
    private final String begun; // what a trainer says then
    private final List<FaultKind> kinds;
    private final Consumer<String> progress;
    private final Random random;
    private final ChaosNodes nodes;
    private final Map<String, Object> kafka;
    private final Admin admin;
    private final Deque<FaultKind> coming = new ArrayDeque<>();
    private final List<String> violations = new ArrayList<>();
    private final List<Recovery> recoveries = new ArrayList<>();
    private final long start = System.nanoTime();
    private long lastReadable;
    private ImageSender images; // null until the brokers are there

    /**
     * How a run went on after a fault.
     *
     * @param wentOn whether steps were committed while it lasted
     * @param seconds from its end to the next committed step
     */
    record Recovery(FaultKind kind, boolean wentOn, double seconds) {}

    /** @param violations of the guarantee; empty if it held */
    record Result(List<String> violations, List<Recovery> recoveries, double seconds) {}

    /**
     * Starts the brokers.
     *
     * @param kinds from which faults are drawn, each as often as another
     * @param progress takes a line for each fault
     */
    ChaosRun(Path directory, Plan plan, List<FaultKind> kinds, Network network, Consumer<String> progress)
            throws IOException, InterruptedException {
        this.directory = directory;
        this.plan = plan;
        partitions = plan.scenario().hasPartitions() ? PARTITIONS : 1;
        step = (long) plan.shape().batch() * partitions * plan.scenario().models();
        begun = plan.scenario() == Scenario.KEYED ? "training a model" : "training model";
        this.kinds = kinds;
        this.progress = progress;
        random = new Random(plan.seed());
        List<Machine> machines = new ArrayList<>();
        for (int node = 0; node < BROKERS; node++) {
            machines.add(network.machine());
        }
        Cluster cluster = new Cluster(directory, machines);
        kafka = Map.of("bootstrap.servers", cluster.bootstrapServers());
        // Short: a broker that does not answer must not hold up the end of a fault.
        admin = Admin.create(Map.of(
                "bootstrap.servers",
                cluster.bootstrapServers(),
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                2000,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                4000));
        nodes = new ChaosNodes(network, cluster, admin, new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < BROKERS; i++) {
            int node = i;
            Disk disk = new Disk(cluster.directory(node));
            nodes.brokers()
                    .add(new Node(
                            "broker-" + node, machines.get(node), disk, Optional.empty(), () -> cluster.start(node)));
        }
    }

    Result run() throws Exception {
        awaitInSync();
        images = new ImageSender(kafka, partitions, plan);
        images.upTo(portion(0, 0.1));
        for (int i = 0; i < TRAINERS; i++) {
            nodes.trainers().add(trainer(i));
        }
        await("both trainers to begin", () -> committed() > 0 && haveBegun());
        for (int number = 0; number < plan.kills(); ) {
            number += disturb(number);
        }
        images.upTo(plan.images());
        await("all images to be on the topic", images::isIdle);
        images.finish();
        await("all images to be committed", LAST_LIMIT, () -> committed() == plan.images());
        awaitInSync();
        try (Tails tails = new Tails(kafka)) {
            violations.addAll(
                    switch (plan.scenario()) {
                        case KEYED -> keyed(tails);
                        case SYNCHRONOUS -> replicas(tails);
                        default -> single();
                    });
        }
        violations.addAll(nodes.cluster().violations(admin));
        return new Result(violations, recoveries, seconds());
    }

    private Node trainer(int number) throws IOException, InterruptedException {
        Machine machine = nodes.network().machine();
        String name = "trainer-" + number;
        Path state = directory.resolve(name);
        Disk disk = new Disk(state);
        Path ofClock = Files.createDirectory(directory.resolve(name + "-clock"));
        Optional<ShiftableClock> clock =
                kinds.contains(FaultKind.CLOCK) ? ShiftableClock.in(ofClock) : Optional.empty();
        if (clock.isEmpty() && kinds.contains(FaultKind.CLOCK)) {
            throw new IllegalStateException("a clock that jumps needs gcc: choose other --kinds than clock");
        }
        List<String> arguments = plan.trainer(nodes.cluster().bootstrapServers(), DISTURBED.model(), state);
        return new Node(
                name,
                machine,
                disk,
                clock,
                () -> SparsestreamProcess.start(
                        machine.launcher(),
                        directory.resolve(name + ".log"),
                        clock.map(ShiftableClock::environment).orElse(Map.of()),
                        arguments));
    }

    /**
     * One fault, or two at the same time: while images flow, they begin, last for a random time, and end; then steps are
     * committed again.
     *
     * @param number of faults before
     * @return how many there were
     */
    private int disturb(int number) throws Exception {
        Fault first = next().draw(random, nodes);
        List<Fault> faults = new ArrayList<>(List.of(first));
        if (number + 1 < plan.kills() && first.kind().isLocal() && random.nextInt(4) == 0) {
            FaultKind second = next();
            if (second.isLocal()) {
                faults.add(second.draw(random, nodes));
            } else {
                coming.addFirst(second);
            }
        }
        images.upTo(portion(number, 0.3));
        pass(random.nextDouble() * LONGEST_CALM_SECONDS);
        double lasts = SHORTEST_FAULT_SECONDS + random.nextDouble() * (plan.longestPause() - SHORTEST_FAULT_SECONDS);
        List<Node> ending =
                faults.stream().flatMap(each -> each.ending().stream()).toList();
        String what = faults.stream().map(Fault::what).collect(Collectors.joining("; "));
        int secondBegins = random.nextInt(PORTIONS);
        supervise(List.of());
        long before = readableNow();
        double began = seconds();
        first.begin().run();
        for (int i = 0; i < PORTIONS; i++) {
            if (i == secondBegins && faults.size() > 1) {
                faults.get(1).begin().run();
            }
            pass(lasts / PORTIONS);
            images.upTo(portion(number, 0.3 + 0.3 * (i + 1) / PORTIONS));
            supervise(ending);
        }
        boolean wentOn = hasSteps(before);
        nodes.network().heal();
        for (Fault fault : faults) {
            fault.end().run();
        }
        for (Node node : ending) {
            node.revive();
        }
        double ended = seconds();
        images.upTo(portion(number + faults.size() - 1, 1));
        long then = readableNow();
        await("a step to be committed after: " + what, () -> hasSteps(then));
        double recovered = seconds() - ended;
        faults.forEach(fault -> recoveries.add(new Recovery(fault.kind(), wentOn, recovered)));
        progress.accept(String.format(
                Locale.ROOT,
                "%6.1f s: %s; over after %.1f s, %s; the next step was committed %.1f s later",
                began,
                what,
                ended - began,
                wentOn ? "steps went on" : "no steps",
                recovered));
        return faults.size();
    }

    /** Each kind as often as another, in a random order. */
    private FaultKind next() {
        if (coming.isEmpty()) {
            List<FaultKind> shuffled = new ArrayList<>(kinds);
            Collections.shuffle(shuffled, random);
            coming.addAll(shuffled);
        }
        return coming.removeFirst();
    }

    /** Starts again what has ended by itself, which is a violation unless it is a trainer that had not begun to train. */
    private void supervise(List<Node> ending) throws IOException {
        for (Node node : nodes.all()) {
            if (!node.isAlive() && !ending.contains(node)) {
                String words = node + " has ended by itself: "
                        + String.join("\n", node.process().lastLines(1));
                progress.accept(words);
                if (!nodes.trainers().contains(node) || node.hasSaid(begun)) {
                    violations.add(words);
                }
                node.revive();
            }
        }
    }

    private boolean haveBegun() throws IOException {
        for (Node trainer : nodes.trainers()) {
            if (!trainer.hasSaid(begun)) {
                return false;
            }
        }
        return true;
    }

    /** How many images may have been sent when a share of what belongs to a fault has been. */
    private long portion(int number, double share) {
        return (long) (plan.images() * (number + share) / (plan.kills() + 1));
    }

    private List<String> single() throws Exception {
        int batch = plan.shape().batch();
        long trained = plan.images() / batch * batch;
        await(
                "the last checkpoint",
                LAST_LIMIT,
                () -> ModelTopic.read(kafka, DISTURBED.model()).manifest().nextOffset() == trained);
        terminateTrainers();
        return new Audit(plan.images(), batch, false)
                .violations(Left.by(kafka, DISTURBED), ByHand.of(kafka, plan.shape(), progress));
    }

    private List<String> keyed(Tails tails) throws Exception {
        KeyedAudit audit = new KeyedAudit(kafka, DISTURBED, partitions, plan.shape());
        await("all models to be published", LAST_LIMIT, () -> audit.isSettled(tails));
        terminateTrainers();
        return audit.violations();
    }

    /** Beside an undisturbed trainer, which learns from the same images now. */
    private List<String> replicas(Tails tails) throws Exception {
        ReplicasAudit audit = new ReplicasAudit(
                kafka, partitions, plan.images() / partitions, plan.shape().batch());
        await("all images to be trained", LAST_LIMIT, () -> audit.isSettled(tails, DISTURBED, true));
        terminateTrainers();
        SparsestreamProcess undisturbed = SparsestreamProcess.start(
                directory.resolve("undisturbed.log"),
                Map.of(),
                plan.trainer(
                        nodes.cluster().bootstrapServers(), UNDISTURBED.model(), directory.resolve("undisturbed")));
        await(
                "all images to be trained by the undisturbed model",
                LAST_LIMIT,
                () -> audit.isSettled(tails, UNDISTURBED, true)
                        && Committed.images(admin, UNDISTURBED, partitions) == plan.images());
        undisturbed.terminate();
        audit.counted(DISTURBED, false);
        return audit.identical(DISTURBED, UNDISTURBED);
    }

    private void terminateTrainers() throws InterruptedException {
        for (Node trainer : nodes.trainers()) {
            trainer.process().terminate();
        }
        nodes.trainers().clear();
    }

    private void awaitInSync() throws InterruptedException {
        await("the brokers to be in sync", nodes::areInSync);
    }

    private void await(String what, Await.Condition condition) throws InterruptedException {
        await(what, LIMIT, condition);
    }

    private void await(String what, Duration limit, Await.Condition condition) throws InterruptedException {
        Await.until(what, limit, () -> {
            supervise(List.of());
            return condition.holds();
        });
    }

    private static void pass(double seconds) throws InterruptedException {
        Await.pass("the moment of what happens next is random", Duration.ofMillis((long) (seconds * 1e3)));
    }

    private long readableNow() throws InterruptedException {
        await("Kafka's word on the reconstructions", () -> readable() >= 0);
        return lastReadable;
    }

    /** Whether steps have been committed since so many records could be read. */
    private boolean hasSteps(long since) {
        try {
            return readable() >= since + 2 * step + MARKERS;
        } catch (Exception e) { // nobody tells at the moment
            return false;
        }
    }

    /** Committed reconstructions, and what Kafka writes where transactions end. */
    private long readable() throws Exception {
        TopicPartition partition = new TopicPartition(DISTURBED.reconstructions(), 0);
        lastReadable = admin.listOffsets(
                        Map.of(partition, OffsetSpec.latest()), new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                .partitionResult(partition)
                .get()
                .offset();
        return lastReadable;
    }

    private long committed() throws Exception {
        return Committed.images(admin, DISTURBED, partitions);
    }

    private double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }

    @Override
    public void close() throws InterruptedException {
        for (Node node : nodes.all()) {
            node.process().kill();
        }
        if (images != null) {
            images.close();
        }
        admin.close(Duration.ZERO);
    }
}
