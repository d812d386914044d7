package io.sparsestream.stream;

import java.util.Locale;

/** What to do where images that are to be trained on are gone, or others stand in their place. */
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
