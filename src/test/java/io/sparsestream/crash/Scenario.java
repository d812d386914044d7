package io.sparsestream.crash;

import java.util.Locale;

/** Which process is killed. */
enum Scenario {
    TRAINER,
    BROKER;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
