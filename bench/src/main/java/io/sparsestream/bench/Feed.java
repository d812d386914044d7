package io.sparsestream.bench;

import io.sparsestream.learn.MiniBatch;
import java.util.List;

/** Images over and over: as they come for us, scaled to 0 … 1 for the others. */
final class Feed {
    private final List<byte[]> images;
    private int next;

    Feed(List<byte[]> images) {
        this.images = images;
    }

    byte[] next() {
        byte[] image = images.get(next);
        next = (next + 1) % images.size();
        return image;
    }

    /** Fills an array [images × pixels]. */
    void fill(float[] batch) {
        int at = 0;
        while (at < batch.length) {
            for (byte grey : next()) {
                batch[at++] = (grey & 0xff) * (1 / 255f);
            }
        }
    }

    void fill(MiniBatch batch) {
        batch.clear();
        while (!batch.isFull()) {
            batch.add(next());
        }
    }
}
