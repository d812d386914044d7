package io.sparsestream.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShuffledStreamTest {
    private static final int SIZE = 1000;

    @Test
    void everyEpochHasEveryImageOnceInAnOrderOfItsOwn() {
        int[] first = indices(new ShuffledStream(SIZE, 1), 0);
        int[] second = indices(new ShuffledStream(SIZE, 1), SIZE);
        assertThat(first).containsExactlyInAnyOrder(IntStream.range(0, SIZE).toArray());
        assertThat(second).containsExactlyInAnyOrder(IntStream.range(0, SIZE).toArray());
        assertThat(second).isNotEqualTo(first);
        assertThat(indices(new ShuffledStream(SIZE, 2), 0)).isNotEqualTo(first);
    }

    @Test
    void aStreamCanBeginAnywhere() {
        ShuffledStream throughout = new ShuffledStream(SIZE, 7);
        indices(throughout, 0);
        assertThat(new ShuffledStream(SIZE, 7).index(SIZE + 3)).isEqualTo(throughout.index(SIZE + 3));
        assertThat(throughout.epoch(SIZE + 3)).isEqualTo(1);
    }

    /** Over 400 epochs the last image takes hundreds of values, and comes again at once about once. */
    @ParameterizedTest
    @ValueSource(ints = {1000, 1024, 4096})
    void whatEndsAnEpochSaysNothingOfWhatEndsTheNext(int size) {
        for (long seed : new long[] {0, 1, -7}) {
            ShuffledStream stream = new ShuffledStream(size, seed);
            for (int back = 1; back <= 3; back++) {
                Map<Integer, Integer> steps = new HashMap<>();
                int before = stream.index(size - back);
                for (long epoch = 1; epoch < 400; epoch++) {
                    int index = stream.index(epoch * size + size - back);
                    steps.merge(Math.floorMod(index - before, size), 1, Integer::sum);
                    before = index;
                }
                assertThat(steps.values())
                        .as("times of each step from epoch to epoch")
                        .allMatch(times -> times < 8);
            }
        }
    }

    /** The first image of 400 seeds in a row. */
    @Test
    void seedsInARowHaveOrdersOfTheirOwn() {
        long distinct = LongStream.range(0, 400)
                .mapToInt(seed -> new ShuffledStream(1024, seed).index(1023))
                .distinct()
                .count();
        assertThat(distinct).as("of 332 expected").isBetween(290L, 375L);
    }

    private static int[] indices(ShuffledStream stream, long from) {
        return LongStream.range(from, from + SIZE).mapToInt(stream::index).toArray();
    }
}
