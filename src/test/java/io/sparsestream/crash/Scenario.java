package io.sparsestream.crash;

import io.sparsestream.learn.Architecture;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;

/** What is done to the pipeline. */
enum Scenario {
    /** The trainer is killed, and started again on its state. */
    TRAINER,
    /** The trainer is killed while it catches up with images that have all been there before it. */
    BACKLOG,
    /** The broker is killed, and started again on its directory. */
    BROKER,
    /** One of three brokers is killed, and started again after the trainer has gone on without it. */
    CLUSTER,
    /** Of two instances of the trainer the active one is killed or told to stop; the other takes over. */
    TAKEOVER,
    /** The trainer is killed around changes of its hyperparameters, and while it learns by them. */
    CONTROL,
    /** Trainers of several replicas join, leave and are killed, and nothing in a round depends on a clock. */
    SYNCHRONOUS,
    /** The same, but a round waits only for some time for a replica that is missing. */
    ELASTIC,
    /** One of three brokers is killed, and started again after the trainers of several replicas have gone on without it. */
    SYNCHRONOUS_CLUSTER,
    /** Trainers of a model for each label join, leave and are killed. */
    KEYED;

    private static final int WIDEST = 784;
    private static final int WIDEST_REPLICA = 64;
    private static final int GREATEST_BATCH = 1000;
    private static final int LEAST_STEPS = 12; // of a replica, or of a label's model
    private static final int LABELS = 10;

    /** Whether the images topic has several partitions. */
    boolean hasPartitions() {
        return hasReplicas() || this == KEYED;
    }

    /** Whether these are of one model. */
    boolean hasReplicas() {
        return this == SYNCHRONOUS || this == ELASTIC || this == SYNCHRONOUS_CLUSTER;
    }

    /** Models that learn from the images of a partition. */
    int models() {
        return this == KEYED ? LABELS : 1;
    }

    /** Whether rounds wait for all, so that nothing depends on a clock. */
    boolean isSynchronous() {
        return this == SYNCHRONOUS || this == SYNCHRONOUS_CLUSTER;
    }

    /** What it is like for people who choose nothing; but several models are small, so that what they send and store is little. */
    Shape usual() {
        return hasPartitions() ? Shape.USUAL.withLayers(Architecture.of(784, 32, 784)) : Shape.USUAL;
    }

    /**
     * Draws what it is like.
     *
     * @param images of a model, or of each replica, which must come to some rounds
     */
    Shape draw(SplittableRandom random, int images) {
        return hasPartitions()
                ? Shape.draw(random, WIDEST_REPLICA, Math.min(GREATEST_BATCH, images / LEAST_STEPS))
                : Shape.draw(random, WIDEST, GREATEST_BATCH);
    }

    /** What it runs on. */
    Brokers brokers(Path directory) {
        return this == CLUSTER || this == SYNCHRONOUS_CLUSTER ? new Cluster(directory) : new OneBroker(directory);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
