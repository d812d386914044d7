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
    CONTROL;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
