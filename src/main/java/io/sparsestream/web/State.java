package io.sparsestream.web;

import io.sparsestream.stream.Trainer;
import java.util.Locale;

/** What the page says that the stream is doing. */
enum State {
    /** No trainer yet. */
    STARTING,
    REBALANCING,
    RESTORING,
    /** The images after the checkpoint are trained on again. */
    REPLAYING,
    RUNNING,
    /** It runs, but there is no image to learn from. */
    WAITING,
    /** It runs, but was told to leave the images alone. */
    PAUSED,
    STOPPED,
    /** The broker has not answered for a while. */
    UNREACHABLE,
    /** All that was to be done has been: the demo's steps have been made. */
    FINISHED,
    FAILED;

    /** @param idle no step for a while */
    static State of(Trainer.State trainer, boolean replaying, boolean idle) {
        return switch (trainer) {
            case REBALANCING -> replaying ? REPLAYING : REBALANCING;
            case RESTORING -> RESTORING;
            case RUNNING -> idle ? WAITING : RUNNING;
            case PAUSED -> PAUSED;
            case STOPPED -> STOPPED;
            case UNREACHABLE -> UNREACHABLE;
            case FAILED -> FAILED;
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
