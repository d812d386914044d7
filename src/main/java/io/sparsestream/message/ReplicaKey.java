package io.sparsestream.message;

import java.nio.charset.StandardCharsets;

/** The key of an update's or an answer's record: the replica's partition, a slash, and the chunk's own key. */
public final class ReplicaKey {
    private ReplicaKey() {}

    public static byte[] of(int replica, String name) {
        return HeaderName.utf8(replica + "/" + name);
    }

    public static int replica(byte[] key) {
        String text = text(key);
        return Integer.parseInt(text.substring(0, text.indexOf('/')));
    }

    public static String name(byte[] key) {
        String text = text(key);
        return text.substring(text.indexOf('/') + 1);
    }

    private static String text(byte[] key) {
        return new String(key, StandardCharsets.UTF_8);
    }
}
