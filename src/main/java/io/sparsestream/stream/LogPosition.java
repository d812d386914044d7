package io.sparsestream.stream;

import java.nio.ByteBuffer;

/**
 * A place in a partition of the images topic, and what lies before it.
 *
 * @param offset of the next record
 * @param images learned from before it, since the model began
 * @param checksum sum of these images' checksums by {@link ImageChecksum}, modulo 2⁶⁴: so the checksum of the images between
 *     two places is a difference
 */
public record LogPosition(long offset, long images, long checksum) {
    /** Length of the stored form. */
    public static final int BYTES = 3 * Long.BYTES;

    /** Where a model begins that has learned from nothing before an offset. */
    public static LogPosition beginning(long offset) {
        return new LogPosition(offset, 0, 0);
    }

    /** Behind one more image. */
    public LogPosition after(long imageOffset, long imageChecksum) {
        return new LogPosition(imageOffset + 1, images + 1, checksum + imageChecksum);
    }

    /** The same images before another offset. */
    public LogPosition at(long other) {
        return new LogPosition(other, images, checksum);
    }

    /** Writes the stored form. */
    public void put(ByteBuffer buffer) {
        buffer.putLong(offset).putLong(images).putLong(checksum);
    }

    /** Reads the stored form. */
    public static LogPosition get(ByteBuffer buffer) {
        return new LogPosition(buffer.getLong(), buffer.getLong(), buffer.getLong());
    }
}
