package io.sparsestream.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

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

    private static int[] indices(ShuffledStream stream, long from) {
        return LongStream.range(from, from + SIZE).mapToInt(stream::index).toArray();
    }
}
