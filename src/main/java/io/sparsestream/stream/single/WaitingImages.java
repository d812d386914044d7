package io.sparsestream.stream.single;

import io.sparsestream.stream.Image;
import io.sparsestream.stream.ImageFlow;
import io.sparsestream.stream.PendingBatch;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.common.TopicPartition;

/**
 * Images that may not be trained on yet, in their order: the model is paused, a replica waits for its answer, or a restart
 * has left more than may be under way. Nothing else stops or resumes the fetching of images: they are fetched unless the
 * model is paused or as many as may wait are here.
 */
final class WaitingImages {
    /** A replica's next steps need not wait for a fetch while as many images are here. */
    static final int MOST = 4096;

    private final ImageFlow flow;
    private final TopicPartition source;
    private final Deque<Image> images = new ArrayDeque<>();
    private boolean fetching = true;

    /** @param source whose images are fetched from now on */
    WaitingImages(ImageFlow flow, TopicPartition source) {
        this.flow = flow;
        this.source = source;
        flow.resume(source);
    }

    void add(Image image) {
        images.add(image);
    }

    /** Moves images into a batch until it is full or none is left; whether it is full. */
    boolean fill(PendingBatch batch) {
        while (!batch.isFull() && !images.isEmpty()) {
            batch.add(images.remove());
        }
        return batch.isFull();
    }

    /**
     * Stops or resumes the fetching of images.
     *
     * @param paused whether the model is
     */
    void steer(boolean paused) {
        // Where the flow cannot be stopped, as with group.protocol=streams, more wait here.
        boolean fetch = !paused && (images.size() < MOST || !flow.canPause());
        if (fetch == fetching) {
            return;
        }
        if (fetch) {
            flow.resume(source);
        } else {
            flow.pause(source);
        }
        fetching = fetch;
    }
}
