package io.sparsestream.application;

import java.util.Collection;
import java.util.Comparator;

/**
 * Whether something does its work.
 *
 * @param ready whether it does
 * @param text which says so, and what is remarkable, in one line
 */
public record Health(boolean ready, String text) {
    public static final Health READY = new Health(true, "ready");
    public static final Health STARTING = notReady("it is starting");

    /** Of several: what most hinders them from being ready. */
    public static Health of(Collection<Health> several) {
        return several.stream()
                .min(Comparator.comparing((Health each) -> each.ready()).thenComparing(READY::equals))
                .orElse(STARTING);
    }

    public static Health readyBut(String but) {
        return new Health(true, READY.text() + ", " + but);
    }

    public static Health notReady(String why) {
        return new Health(false, "not ready: " + why);
    }
}
