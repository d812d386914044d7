package io.sparsestream.crash;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** What is done to the pipeline. */
enum Scenario {
    /** The trainer is killed, and started again on its state. */
    TRAINER,
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
    SYNCHRONOUS_CLUSTER;

    /** Whether the images topic has several partitions. */
    boolean hasReplicas() {
        return this == SYNCHRONOUS || this == ELASTIC || this == SYNCHRONOUS_CLUSTER;
    }

    /** Whether rounds wait for all, so that nothing depends on a clock. */
    boolean isSynchronous() {
        return this == SYNCHRONOUS || this == SYNCHRONOUS_CLUSTER;
    }

    /** What it runs on. */
    Brokers brokers(Path directory) throws IOException {
        return this == CLUSTER || this == SYNCHRONOUS_CLUSTER ? new Cluster(directory) : new OneBroker(directory);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
