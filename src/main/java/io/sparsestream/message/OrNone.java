package io.sparsestream.message;

import java.util.OptionalLong;

/** Offsets and rounds that there may not be. In messages, as ever, -1 says so. */
public final class OrNone {
    private static final long NONE = -1;

    private OrNone() {}

    /** As a message has it. */
    public static long write(OptionalLong number) {
        return number.orElse(NONE);
    }

    /** What a message says. */
    public static OptionalLong read(long number) {
        return number == NONE ? OptionalLong.empty() : OptionalLong.of(number);
    }
}
