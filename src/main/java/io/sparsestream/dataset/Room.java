package io.sparsestream.dataset;

import java.io.IOException;
import java.io.InputStream;

/**
 * What the records of one dataset may take of the memory: a small file can unpack to more than there is. What is read is put
 * together from pieces, so that it is there twice for a moment.
 */
final class Room {
    /** Of an array, beside its values. */
    private static final int ARRAY = 24;

    private long left;

    Room() {
        this(Runtime.getRuntime().maxMemory() / 3);
    }

    /** @param bytes that there are */
    Room(long bytes) {
        left = bytes;
    }

    /**
     * Reads so many bytes, or those that there are.
     *
     * @param name of what is read, for messages
     * @throws DatasetException if they do not fit
     */
    byte[] read(String name, InputStream in, int length) throws IOException {
        // Grown as read: a header that lies costs nothing.
        byte[] bytes = in.readNBytes((int) Math.min(length, left + 1));
        take(name, bytes.length);
        return bytes;
    }

    /** @throws DatasetException if an array of so many bytes does not fit any more */
    void take(String name, int bytes) throws DatasetException {
        left -= bytes + ARRAY;
        if (left < 0) {
            throw new DatasetException(
                    name + ": its records do not fit into memory: give more by java -Xmx, or use fewer of them");
        }
    }
}
