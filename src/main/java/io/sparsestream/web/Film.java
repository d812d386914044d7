package io.sparsestream.web;

import io.sparsestream.learn.ForwardPass;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a model made of the examples at some of its steps, so that learning can be looked at again: close to one another at
 * first, when much changes, then each some 40 % further on. Thread-safe.
 */
final class Film {
    private static final int CAPACITY = 40;

    /** Numbers that it keeps: of very wide records fewer steps. */
    private static final int MOST_NUMBERS = 1 << 24;

    private static final double GROWTH = 1.4;

    private final List<Take> takes = new ArrayList<>();

    /**
     * One look at the examples.
     *
     * @param step updates made before it
     * @param reconstructions [n × inputs], in the inputs' own units
     * @param mse of each [n]
     */
    record Take(long step, float[] reconstructions, double[] mse) {
        static Take of(long step, ForwardPass forward, int inputs) {
            int count = forward.images();
            return new Take(
                    step,
                    Arrays.copyOf(forward.reconstructions(), count * inputs),
                    Arrays.copyOf(forward.mse(), count));
        }
    }

    /** The step from which on the next one is to be taken, after one at that step. */
    static long next(long step) {
        return Math.max(step + 1, (long) (step * GROWTH));
    }

    /** Adds the newest; those at the same or a later step are void, since the model was set back. */
    synchronized void add(Take take) {
        takes.removeIf(each -> each.step() >= take.step());
        takes.add(take);
        if (takes.size() > Math.max(2, Math.min(CAPACITY, MOST_NUMBERS / take.reconstructions().length))) {
            takes.remove(leastMissed());
        }
    }

    /** The one whose neighbours are closest, as a ratio of their steps; never the first or the last one. */
    private int leastMissed() {
        int least = 1;
        double closest = Double.POSITIVE_INFINITY;
        for (int i = 1; i < takes.size() - 1; i++) {
            double ratio = (takes.get(i + 1).step() + 1.0) / (takes.get(i - 1).step() + 1.0);
            if (ratio < closest) {
                closest = ratio;
                least = i;
            }
        }
        return least;
    }

    synchronized long[] steps() {
        return takes.stream().mapToLong(Take::step).toArray();
    }

    /** The last one up to a step, or else the first one; empty if there is none. */
    synchronized Optional<Take> at(long step) {
        return takes.stream()
                .filter(take -> take.step() <= step)
                .reduce((earlier, later) -> later)
                .or(() -> takes.stream().findFirst());
    }
}
