package io.sparsestream.replay;

import io.sparsestream.dataset.Dataset;
import java.util.stream.IntStream;

/** Which image is at each position of a stream that may change once. */
final class ImageStream {
    private final Change change;
    private final long seed;
    private final Part before;
    private final Part after;

    /**
     * An image on its way.
     *
     * @param index in the dataset
     * @param epoch times that the dataset has been sent whole, counted on across the change
     */
    record Image(Dataset dataset, int index, long epoch, byte[] greys) {}

    /** A dataset, the images of it that are sent, and their order. */
    private record Part(Dataset dataset, int[] indices, ShuffledStream order) {
        static Part of(Dataset dataset, Integer without, long seed) {
            int[] indices = IntStream.range(0, dataset.size())
                    .filter(i -> without == null || dataset.label(i) != without)
                    .toArray();
            return new Part(dataset, indices, new ShuffledStream(indices.length, seed));
        }

        int index(long position) {
            return indices[order.index(position)];
        }
    }

    /** @throws IllegalArgumentException if the change does not fit the dataset */
    ImageStream(Dataset dataset, long seed, Change change) {
        this.change = change;
        this.seed = seed;
        Integer heldBack = change.heldBack();
        if (heldBack != null && !dataset.isLabelled()) {
            throw new IllegalArgumentException("the dataset has no labels: none can be held back");
        }
        Dataset then = change.then() == null ? dataset : change.then();
        if (!then.shape().equals(dataset.shape())) {
            throw new IllegalArgumentException(
                    "images of " + then.shape() + " cannot follow images of " + dataset.shape());
        }
        before = Part.of(dataset, heldBack, seed);
        if (before.indices.length == 0) {
            throw new IllegalArgumentException("all images have the label " + heldBack + ": nothing is left to send");
        }
        after = Part.of(then, null, seed);
    }

    Image at(long position) {
        if (position < change.at()) {
            int index = before.index(position);
            return new Image(
                    before.dataset,
                    index,
                    before.order.epoch(position),
                    before.dataset.images().get(index));
        }
        long since = position - change.at();
        int index = after.index(since);
        long epochs = before.order.epoch(change.at() - 1) + 1;
        byte[] greys = change.apply(after.dataset.images().get(index), seed, position);
        return new Image(after.dataset, index, epochs + after.order.epoch(since), greys);
    }
}
