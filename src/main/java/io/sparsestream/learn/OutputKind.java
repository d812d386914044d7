package io.sparsestream.learn;

import java.util.Locale;

/** What the last layer makes of its sums: the reconstruction. */
public enum OutputKind {
    SIGMOID,
    /** The sums themselves: a reconstruction may lie outside of 0 … 1. */
    LINEAR;

    /** @throws IllegalArgumentException if there is none of that name */
    static OutputKind of(String name) {
        for (OutputKind kind : values()) {
            if (kind.toString().equals(name)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("output must be sigmoid or linear, not '" + name + "'");
    }

    /** The name that people use. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
