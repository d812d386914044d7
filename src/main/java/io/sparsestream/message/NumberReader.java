package io.sparsestream.message;

import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.Names;

/** Reads the numbers of a record whose value must be parsed. Not thread-safe: it remembers the label of the last one. */
interface NumberReader {
    /** Text that is quoted in a reason is cut here. */
    int QUOTED = 40;

    /**
     * Reads a value.
     *
     * @param into as many as there are inputs; NaN where a number is missing
     * @return why it does not fit; null if it does
     */
    Reason read(byte[] value, float[] into);

    /** Label of the value that was read last, or {@link MiniBatch#UNLABELLED}. */
    String label();

    /**
     * Numbers of a value.
     *
     * @throws IllegalArgumentException if it has none, saying why
     */
    int count(byte[] value);

    /** Text in a reason: in quotation marks, cut, without control characters. */
    static String quote(String text) {
        String cut = text.length() > QUOTED ? text.substring(0, QUOTED) + "…" : text;
        return "'" + Names.printable(cut) + "'";
    }
}
