package io.sparsestream.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * UTF-8 texts of which few come again and again, such as labels: one that has come before is not decoded anew, and nothing
 * is allocated for it. It forgets all once there are too many, and remembers no long ones, which it would hold in memory.
 * Not thread-safe.
 */
final class RecurringText {
    private static final int SLOTS = 1024; // a power of two
    private static final int MASK = SLOTS - 1;
    private static final int LONGEST = 256; // bytes that are remembered

    private final byte[][] encoded = new byte[SLOTS][]; // each at its hash, or in the first free slot behind
    private final String[] decoded = new String[SLOTS];
    private int size;

    /** The text; what is no UTF-8 in it is replaced by U+FFFD. */
    String decode(byte[] utf8) {
        if (utf8.length > LONGEST) {
            return new String(utf8, StandardCharsets.UTF_8);
        }
        int slot = slot(utf8);
        if (encoded[slot] == null) {
            if (size == SLOTS / 2) {
                Arrays.fill(encoded, null);
                size = 0;
                slot = slot(utf8);
            }
            encoded[slot] = utf8;
            decoded[slot] = new String(utf8, StandardCharsets.UTF_8);
            size++;
        }
        return decoded[slot];
    }

    /** Where the text is, or else where it belongs. */
    private int slot(byte[] utf8) {
        int slot = Arrays.hashCode(utf8) & MASK;
        while (encoded[slot] != null && !Arrays.equals(encoded[slot], utf8)) {
            slot = slot + 1 & MASK;
        }
        return slot;
    }
}
