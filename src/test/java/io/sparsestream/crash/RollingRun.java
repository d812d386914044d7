package io.sparsestream.crash;

import io.sparsestream.support.Await;
import io.sparsestream.support.Launcher;
import io.sparsestream.support.ProcessEndedException;
import io.sparsestream.support.SparsestreamProcess;
import io.sparsestream.support.Tails;
import io.sparsestream.topic.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;

/**
 * One run: three brokers and two trainers of an earlier version, which are restarted one after the other as those of this
 * version, while images flow; the trainers may also go back to the earlier version, and come again. Then the comparison with what
 * one trainer of the earlier version leaves that learns from the same images undisturbed: all of that must be there.
 */
final class RollingRun implements AutoCloseable {
    private static final Topics ROLLED = new Topics("rolled");
    private static final Topics UNDISTURBED = new Topics("undisturbed");
    private static final int TRAINERS = 2;
    /** One of that many is sent at each look. */
    private static final int PORTIONS = 1000;

    private final Path directory;
    private final Plan plan;
    private final Version earlier;
    private final Version present;
    private final boolean back;
    private final Consumer<String> progress;
    private final int partitions;
    private final Cluster cluster;
    private final Map<String, Object> kafka;
    private final Admin admin;
    private final List<SparsestreamProcess> brokers = new ArrayList<>();
    private final List<SparsestreamProcess> trainers = new ArrayList<>();
    private final List<SparsestreamProcess> processes = new ArrayList<>();
    private final long start = System.nanoTime();
    private ImageSender images; // null until the brokers are there
    private int stage; // each has its share of the images

    /** @param name for people */
    record Version(String name, Launcher launcher) {}

    /**
     * @param plan of one model or of replicas that wait for each other
     * @param back whether the trainers also go back to the earlier version
     * @param progress takes a line for each restart
     */
    RollingRun(Path directory, Plan plan, Version earlier, boolean back, Consumer<String> progress) {
        this.directory = directory;
        this.plan = plan;
        this.earlier = earlier;
        this.back = back;
        this.progress = progress;
        present = new Version("this version", Launcher.present());
        partitions = plan.scenario().hasPartitions() ? TRAINERS : 1;
        cluster = new Cluster(directory);
        kafka = Map.of("bootstrap.servers", cluster.bootstrapServers());
        admin = Admin.create(kafka);
    }

    /** Returns what is wrong; nothing if nothing is. */
    List<String> run() throws Exception {
        try (Tails tails = new Tails(kafka)) {
            roll();
            return audited(tails);
        } catch (ProcessEndedException e) {
            return List.of(e.getMessage());
        }
    }

    private void roll() throws Exception {
        for (int node = 0; node < cluster.count(); node++) {
            brokers.add(added(cluster.start(node, earlier.launcher())));
        }
        await("the brokers to be in sync", () -> cluster.areInSync(admin));
        images = new ImageSender(kafka, partitions, plan);
        images.upTo(portion());
        for (int trainer = 0; trainer < TRAINERS; trainer++) {
            trainers.add(trainer(ROLLED, trainer, earlier));
        }
        await("the trainers to begin", () -> hasBegun(0) && hasBegun(1) && committed(ROLLED) > 0);
        for (int node = 0; node < cluster.count(); node++) {
            restartBroker(node);
        }
        List<Version> turns = back ? List.of(present, earlier, present) : List.of(present);
        for (Version version : turns) {
            for (int trainer = 0; trainer < TRAINERS; trainer++) {
                restartTrainer(trainer, version);
            }
        }
        images.finish();
    }

    private void restartBroker(int node) throws Exception {
        double began = seconds();
        stage++;
        flow();
        brokers.get(node).terminate();
        brokers.set(node, added(cluster.start(node, present.launcher())));
        await("the brokers to be in sync", () -> cluster.areInSync(admin));
        restarted("broker " + node, present, began);
    }

    /** The next one comes when steps have been made with this one: by replicas of both versions in the same rounds. */
    private void restartTrainer(int trainer, Version version) throws Exception {
        double began = seconds();
        stage++;
        flow();
        trainers.get(trainer).terminate();
        trainers.set(trainer, trainer(ROLLED, trainer, version));
        await("trainer " + trainer + " to begin", () -> hasBegun(trainer));
        stage++;
        long before = committed(ROLLED);
        long some = (long) Plan.STEPS_OF_ROUND * plan.shape().batch() * partitions;
        await("further images to be committed", () -> committed(ROLLED) >= before + some);
        restarted("trainer " + trainer, version, began);
    }

    private void restarted(String what, Version version, double began) throws Exception {
        progress.accept(String.format(
                Locale.ROOT,
                "%5.1f s: %s is now of %s, after %.1f s, %,d images committed",
                seconds(),
                what,
                version.name(),
                seconds() - began,
                committed(ROLLED)));
        images.upTo(portion());
    }

    /** How many images may have been sent when the present stage is over. */
    private long portion() {
        int all = cluster.count() + 2 * TRAINERS * (back ? 3 : 1);
        return (long) plan.images() * (stage + 1) / (all + 2);
    }

    /** Lets some more images be sent, as long as there are some for the present stage. */
    private void flow() {
        if (images != null) {
            images.upTo(Math.min(portion(), images.limit() + plan.images() / PORTIONS));
        }
    }

    private void await(String what, Await.Condition condition) throws Exception {
        Await.until(what, Stream.concat(brokers.stream(), trainers.stream()).toList(), () -> {
            flow();
            return condition.holds();
        });
    }

    private SparsestreamProcess trainer(Topics model, int number, Version version) throws IOException {
        String name = model.model() + "-" + number;
        return added(SparsestreamProcess.start(
                version.launcher(),
                directory.resolve(name + "-" + stage + ".log"),
                plan.trainer(cluster.bootstrapServers(), model.model(), directory.resolve(name))));
    }

    private SparsestreamProcess added(SparsestreamProcess process) {
        processes.add(process);
        return process;
    }

    private boolean hasBegun(int trainer) throws IOException {
        return trainers.get(trainer).lines().stream().anyMatch(line -> line.contains("training model"));
    }

    private List<String> audited(Tails tails) throws Exception {
        ReplicasAudit audit = new ReplicasAudit(
                kafka, partitions, plan.images() / partitions, plan.shape().batch(), Likeness.AT_LEAST);
        awaitSettled(audit, tails, ROLLED);
        terminateTrainers();
        trainers.add(trainer(UNDISTURBED, 0, earlier));
        awaitSettled(audit, tails, UNDISTURBED);
        terminateTrainers();
        audit.counted(ROLLED, false);
        List<String> violations = audit.identical(ROLLED, UNDISTURBED);
        violations.addAll(cluster.violations(admin));
        return violations;
    }

    private void awaitSettled(ReplicasAudit audit, Tails tails, Topics model) throws Exception {
        await(
                "all images to be trained",
                () -> committed(model) == plan.images()
                        && audit.isSettled(tails, model, plan.scenario().hasReplicas()));
    }

    private void terminateTrainers() throws InterruptedException {
        for (SparsestreamProcess trainer : trainers) {
            trainer.terminate();
        }
        trainers.clear();
    }

    private long committed(Topics model) throws Exception {
        return Committed.images(admin, model, partitions);
    }

    private double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }

    @Override
    public void close() throws InterruptedException {
        for (SparsestreamProcess process : processes) {
            process.kill();
        }
        if (images != null) {
            images.close();
        }
        admin.close(Duration.ZERO);
    }
}
