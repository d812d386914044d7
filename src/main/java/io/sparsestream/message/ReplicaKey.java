package io.sparsestream.message;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The key of an update's or an answer's record: the replica's partition, a slash, and the chunk's own key.
 *
 * @param name of the chunk
 */
public record ReplicaKey(int replica, String name) {
    private static final Pattern FORM = Pattern.compile("(0|[1-9]\\d{0,8})/(.+)");
    private static final Pattern CHUNK = Pattern.compile("/\\d+$");

    public static byte[] of(int replica, String name) {
        return HeaderName.utf8(replica + "/" + name);
    }

    /** Empty if the key is none, whoever has written it. */
    public static Optional<ReplicaKey> read(byte[] key) {
        if (key == null) {
            return Optional.empty();
        }
        Matcher text = FORM.matcher(new String(key, StandardCharsets.UTF_8));
        return text.matches()
                ? Optional.of(new ReplicaKey(Integer.parseInt(text.group(1)), text.group(2)))
                : Optional.empty();
    }

    /** The name of the array that it is a chunk of. */
    public String array() {
        return CHUNK.matcher(name).replaceFirst("");
    }
}
