package io.sparsestream.stream;

import io.sparsestream.learn.MiniBatch;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Headers;

/**
 * The images of a mini-batch as they came, and what the reconstruction of each needs of its record. They are decoded by
 * the thread that makes the step, right before it. Decoding there is cheaper than fetching floats, five times the bytes, from
 * another core's cache.
 */
public final class PendingBatch {
    private final int capacity;
    private final List<Image> images;

    /**
     * @param greys uint8, as many as an image has pixels
     * @param label its class, or {@link MiniBatch#UNLABELLED}; found while the record's headers are in the cache
     * @param checksum by {@link ImageChecksum}; found while the grey values are in the cache
     */
    public record Image(byte[] greys, String label, long checksum, Origin origin) {}

    /**
     * Where an image came from.
     *
     * @param timestamp of the image, by {@link ImageTime}
     * @param offset in the source partition
     * @param arrived wall-clock milliseconds
     */
    public record Origin(byte[] key, Headers headers, long timestamp, long offset, long arrived) {}

    public PendingBatch(int capacity) {
        this.capacity = capacity;
        images = new ArrayList<>(capacity);
    }

    public void add(Image image) {
        images.add(image);
    }

    public List<Image> images() {
        return images;
    }

    public boolean isFull() {
        return images.size() == capacity;
    }

    /** Decodes the images into that mini-batch, in place of what it held. */
    public void fill(MiniBatch batch) {
        batch.clear();
        for (Image image : images) {
            batch.add(image.greys(), image.label());
        }
    }

    /** The offset behind the last image. */
    public long endOffset() {
        return images.get(images.size() - 1).origin().offset() + 1;
    }

    /** Behind the last image, all images being counted that are not before the given place. */
    public LogPosition after(LogPosition before) {
        long count = 0;
        long checksum = 0;
        for (Image image : images) {
            if (image.origin().offset() >= before.offset()) {
                count++;
                checksum += image.checksum();
            }
        }
        return new LogPosition(endOffset(), before.images() + count, before.checksum() + checksum);
    }

    public void clear() {
        images.clear();
    }
}
