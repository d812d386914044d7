package io.sparsestream.web;

import java.util.Locale;

/** How good a state is: what colour the page gives it. */
enum Tone {
    GOOD,
    NEUTRAL,
    WARN,
    BAD;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
