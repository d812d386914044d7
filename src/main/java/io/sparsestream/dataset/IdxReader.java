package io.sparsestream.dataset;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/**
 * Reads one IDX file of unsigned bytes, the format of the MNIST database: magic {@code 00 00 08 d}, then d dimensions
 * as big-endian int32, then the values, the last dimension fastest. Gzip is recognized by its own magic, not by the
 * file's name.
 */
final class IdxReader implements AutoCloseable {
    private static final int UNSIGNED_BYTES = 0x08;

    private final Path file;
    private final DataInputStream in;

    private IdxReader(Path file, InputStream in) {
        this.file = file;
        this.in = new DataInputStream(in);
    }

    static IdxReader open(Path file) throws IOException {
        InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        try {
            raw.mark(2);
            boolean gzip = raw.read() == 0x1f && raw.read() == 0x8b;
            raw.reset();
            return new IdxReader(file, gzip ? new GZIPInputStream(raw, 1 << 16) : raw);
        } catch (IOException e) {
            raw.close();
            throw DatasetException.unreadable(file, e);
        }
    }

    /**
     * Checks the magic and returns the dimensions.
     *
     * @param dimensions how many there must be
     */
    int[] readHeader(int dimensions) throws DatasetException {
        try {
            int magic = in.readInt();
            int expected = UNSIGNED_BYTES << 8 | dimensions;
            if (magic != expected) {
                throw new DatasetException(String.format(
                        Locale.ROOT,
                        "%s: not an IDX file of unsigned bytes with %d dimension(s): magic 0x%08x instead of 0x%08x",
                        file,
                        dimensions,
                        magic,
                        expected));
            }
            int[] sizes = new int[dimensions];
            for (int d = 0; d < dimensions; d++) {
                sizes[d] = in.readInt();
                if (sizes[d] < 1) {
                    throw new DatasetException(file + ": dimension " + (d + 1) + " is " + sizes[d]);
                }
            }
            return sizes;
        } catch (EOFException e) {
            throw new DatasetException(file + ": truncated inside its header", e);
        } catch (DatasetException e) {
            throw e;
        } catch (IOException e) {
            throw DatasetException.unreadable(file, e);
        }
    }

    /** Reads {@code count} items of {@code length} bytes, after which the file must end. */
    List<byte[]> readItems(int count, int length) throws DatasetException {
        try {
            // Grown as read: a header that lies about the count then costs nothing.
            Room room = new Room();
            List<byte[]> items = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                byte[] item = room.read(file.toString(), in, length);
                if (item.length < length) {
                    throw new DatasetException(
                            file + ": truncated: its header promises " + count + " items, found " + i);
                }
                items.add(item);
            }
            if (in.read() >= 0) {
                throw new DatasetException(file + ": longer than the " + count + " items that its header promises");
            }
            return items;
        } catch (DatasetException e) {
            throw e;
        } catch (EOFException e) {
            throw new DatasetException(file + ": truncated", e);
        } catch (IOException e) {
            throw DatasetException.unreadable(file, e);
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
