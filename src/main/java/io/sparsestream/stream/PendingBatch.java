package io.sparsestream.stream;

import io.sparsestream.learn.MiniBatch;
import io.sparsestream.message.ImageDecoder;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Headers;

/** The mini-batch that is filling, and what the reconstruction of each of its images needs of the image's record. */
final class PendingBatch {
    private final MiniBatch images;
    private final List<Origin> origins = new ArrayList<>();

    /**
     * Where an image came from.
     *
     * @param offset in the source partition
     * @param arrived wall-clock milliseconds
     */
    record Origin(byte[] key, Headers headers, long timestamp, long offset, long arrived) {}

    PendingBatch(MiniBatch images) {
        this.images = images;
    }

    void add(byte[] image, Origin origin) {
        images.add(image, ImageDecoder.label(origin.headers()));
        origins.add(origin);
    }

    MiniBatch images() {
        return images;
    }

    /** In the order of the images. */
    List<Origin> origins() {
        return origins;
    }

    boolean isFull() {
        return images.isFull();
    }

    /** The offset behind the last image. */
    long endOffset() {
        return origins.get(origins.size() - 1).offset() + 1;
    }

    void clear() {
        images.clear();
        origins.clear();
    }
}
