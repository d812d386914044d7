package io.sparsestream.stream;

import io.sparsestream.message.HeaderName;
import java.util.zip.CRC32C;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * A number for an image record: key, value, label, and where it stands in the log. Whether the same images stand at the same
 * offsets is told by the sum of these numbers. Not thread-safe.
 */
public final class ImageChecksum {
    private final CRC32C crc = new CRC32C();

    /**
     * The number of one image.
     *
     * @param key of the record, or of the model that it belongs to; may be null
     */
    public long of(long offset, byte[] key, byte[] value, Headers headers) {
        crc.reset();
        if (key != null) {
            crc.update(key);
        }
        crc.update(value);
        Header label = headers.lastHeader(HeaderName.LABEL);
        if (label != null && label.value() != null) {
            crc.update(label.value());
        }
        return mix(offset ^ crc.getValue() << Integer.SIZE);
    }

    /** SplitMix64's finalizer (G. Steele et al., "Fast splittable pseudorandom number generators", 2014): equal sums of unequal images would be chance. */
    private static long mix(long value) {
        long mixed = value + 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }
}
