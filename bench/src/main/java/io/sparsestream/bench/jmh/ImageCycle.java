package io.sparsestream.bench.jmh;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.MiniBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Real images, over and over. */
final class ImageCycle {
    private final List<byte[]> images;
    private int next;

    ImageCycle(String data) throws IOException {
        images = Dataset.read(Path.of(data), Split.TRAIN).images();
    }

    /** The next images, in place of what the batch held. */
    MiniBatch fill(MiniBatch batch) {
        batch.clear();
        while (!batch.isFull()) {
            batch.add(images.get(next));
            next = (next + 1) % images.size();
        }
        return batch;
    }
}
