package io.sparsestream.replay;

import java.util.Random;

/** An endless stream over a dataset: epoch after epoch, each in an order of its own that the seed determines. */
public final class ShuffledStream {
    private final int[] order;
    private final long seed;
    private long shuffledEpoch = -1;

    /** @param size images of the dataset */
    public ShuffledStream(int size, long seed) {
        order = new int[size];
        this.seed = seed;
    }

    /** The epoch, from 0, of the position in the stream. */
    public long epoch(long position) {
        return position / order.length;
    }

    /** The index in the dataset of the image at that position in the stream. */
    public int index(long position) {
        long epoch = epoch(position);
        if (epoch != shuffledEpoch) {
            shuffle(epoch);
        }
        return order[(int) (position % order.length)];
    }

    /** Fisher and Yates, from the identity, so that an epoch's order does not depend on those before it. */
    private void shuffle(long epoch) {
        Random random = MixedSeed.random(seed, epoch);
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        shuffledEpoch = epoch;
    }
}
