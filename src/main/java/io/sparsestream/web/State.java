package io.sparsestream.web;

import io.sparsestream.trainer.Trainer;
import java.util.Locale;

/** What the page says that the stream is doing. */
enum State {
    /** No trainer yet. */
    STARTING("starting", Tone.NEUTRAL),
    REBALANCING("rebalancing: waiting for its partition", Tone.NEUTRAL),
    RESTORING("restoring its checkpoint", Tone.NEUTRAL),
    /** The images after the checkpoint are trained on again. */
    REPLAYING("replaying", Tone.NEUTRAL),
    RUNNING("running", Tone.GOOD),
    /** It runs, but the loss has risen far. */
    DIVERGING("diverging: the loss is three times what it was, lower the learning rate", Tone.BAD),
    /** It runs, but there is no image to learn from. */
    WAITING("waiting for records", Tone.WARN),
    /** It runs, but was told to leave the images alone. */
    PAUSED("paused: leaves the records alone", Tone.WARN),
    /** A transaction was rolled back, or the clock was set: the trainer goes on by other connections. */
    RECONNECTING("making its connections to Kafka anew", Tone.WARN),
    /** The broker has not answered for a while. */
    UNREACHABLE("the broker does not answer", Tone.BAD),
    /** The run has ended as intended. */
    FINISHED("finished", Tone.GOOD),
    STOPPED("stopped", Tone.WARN),
    FAILED("stopped by an error", Tone.BAD);

    private final String text;
    private final Tone tone;

    State(String text, Tone tone) {
        this.text = text;
        this.tone = tone;
    }

    /**
     * Of a trainer that was started.
     *
     * @param idle no step for a while
     */
    static State of(Trainer.State trainer, boolean replaying, boolean idle, boolean diverging) {
        return switch (trainer) {
            case REBALANCING -> replaying ? REPLAYING : REBALANCING;
            case RESTORING -> RESTORING;
            case RUNNING -> idle ? WAITING : diverging ? DIVERGING : RUNNING;
            case PAUSED -> PAUSED;
            case STOPPED -> STOPPED;
            case RECONNECTING -> RECONNECTING;
            case UNREACHABLE -> UNREACHABLE;
            case FAILED -> FAILED;
        };
    }

    /** For people: the page shows any, so a new state needs no more than its words and tone here. */
    String text() {
        return text;
    }

    Tone tone() {
        return tone;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
