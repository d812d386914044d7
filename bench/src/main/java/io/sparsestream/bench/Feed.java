package io.sparsestream.bench;

import io.sparsestream.learn.MiniBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Images over and over: as they come for us, scaled to 0 … 1 for the others. */
final class Feed {
    private static final int RANDOM = 3000; // records
    private static final long SEED = 1;

    private final List<byte[]> images;
    private int next;

    Feed(List<byte[]> images) {
        this.images = images;
    }

    /** Random grey values, none of which is 0. */
    static Feed random(int width) {
        Random random = new Random(SEED);
        List<byte[]> records = new ArrayList<>();
        for (int i = 0; i < RANDOM; i++) {
            byte[] greys = new byte[width];
            for (int j = 0; j < width; j++) {
                greys[j] = (byte) (1 + random.nextInt(255));
            }
            records.add(greys);
        }
        return new Feed(records);
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
