package io.sparsestream.crash;

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
    ELASTIC;

    /** Whether the images topic has several partitions. */
    boolean hasReplicas() {
        return this == SYNCHRONOUS || this == ELASTIC;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
