package io.sparsestream.stream.keyed;

import io.sparsestream.message.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The part of a record that names its model: a header, or the record's key.
 *
 * @param header the name of a header; empty if it is the record's key
 */
public record ModelKey(Optional<String> header) {
    private static final String HEADER = "header:";
    private static final String KEY = "key";

    /** It becomes part of record keys and headers, and people are to read it. */
    private static final int MAX_BYTES = 256;

    /** @throws IllegalArgumentException unless the text is {@code header:NAME} or {@code key} */
    public static ModelKey of(String text) {
        if (text.equals(KEY)) {
            return new ModelKey(Optional.empty());
        }
        if (text.startsWith(HEADER) && text.length() > HEADER.length()) {
            return new ModelKey(Optional.of(text.substring(HEADER.length())));
        }
        throw new IllegalArgumentException("--model-per-key must be header:NAME or key, not '" + text + "'");
    }

    /** The model's key in a record, or null if there is none. */
    byte[] keyOf(byte[] recordKey, Headers headers) {
        if (header.isEmpty()) {
            return recordKey;
        }
        Header found = headers.lastHeader(header.get());
        return found == null ? null : found.value();
    }

    /** Why no model can have that key; null if one can. */
    Reason problem(byte[] key) {
        if (key == null || key.length == 0) {
            return new Reason(Reason.Kind.KEY, "no " + this + " to say which model it belongs to");
        }
        if (key.length > MAX_BYTES) {
            return new Reason(Reason.Kind.KEY, this + " of " + key.length + " bytes, more than " + MAX_BYTES);
        }
        return isText(key) ? null : new Reason(Reason.Kind.KEY, this + " is not UTF-8 text, or has control characters");
    }

    private static boolean isText(byte[] key) {
        for (byte each : key) {
            if (each < ' ' || each == 0x7f) { // control characters, and whatever is not ASCII
                // What cannot be decoded comes as the replacement character: two keys could be one.
                return new String(key, StandardCharsets.UTF_8)
                        .codePoints()
                        .noneMatch(point -> Character.isISOControl(point) || point == '\uFFFD');
            }
        }
        return true;
    }

    /** As on the command line. */
    @Override
    public String toString() {
        return header.map(name -> HEADER + name).orElse(KEY);
    }
}
