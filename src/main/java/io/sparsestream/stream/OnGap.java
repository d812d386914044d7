package io.sparsestream.stream;

import java.util.Locale;

/** What to do where retention has deleted images that have not been trained on. */
public enum OnGap {
    /** Stop with an error: nothing is lost unnoticed. */
    FAIL,
    /** Go on with what is left, and count what was passed over. */
    CONTINUE;

    /** The name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
