package io.sparsestream.application;

import java.util.Collection;
import java.util.Comparator;

/**
 * Whether something does its work.
 *
 * @param state whether it does
 * @param text which says so, and what is remarkable, in one line
 */
public record Health(State state, String text) {
    /** From good to bad. */
    public enum State {
        READY,
        /** It will be, or may be: a restart would not help. */
        WAITING,
        /** It never will be again. */
        OVER
    }

    public static final Health READY = new Health(State.READY, "ready");
    public static final Health STARTING = notReady("it is starting");

    /** Of several: what most hinders them from being ready. */
    public static Health of(Collection<Health> several) {
        return several.stream()
                .min(Comparator.comparing(Health::state, Comparator.reverseOrder())
                        .thenComparing(READY::equals))
                .orElse(STARTING);
    }

    public static Health readyBut(String but) {
        return new Health(State.READY, READY.text() + ", " + but);
    }

    public static Health notReady(String why) {
        return new Health(State.WAITING, "not ready: " + why);
    }

    /** Of what has ended. */
    public static Health over(String why) {
        return new Health(State.OVER, "not ready: " + why);
    }

    public boolean ready() {
        return state == State.READY;
    }

    /** Whether it may yet do its work, so that it must not be ended. */
    public boolean live() {
        return state != State.OVER;
    }
}
