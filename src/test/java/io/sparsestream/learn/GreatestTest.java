package io.sparsestream.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GreatestTest {
    /** Few values, so that many are equal; every length and k. */
    @Test
    void keepsWhatAStableSortPutsFirst() {
        Random random = new Random(1);
        Greatest greatest = new Greatest(70);
        for (int n = 1; n <= 70; n++) {
            for (int k = 1; k <= n; k++) {
                int few = 1 + random.nextInt(30);
                float[] z = new float[n + 2];
                for (int i = 0; i < z.length; i++) {
                    z[i] = (random.nextInt(2 * few + 1) - few) / 7f;
                }
                float[] expected = new float[n + 2];
                IntStream.range(1, n + 1)
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> -z[i])) // stable
                        .limit(k)
                        .forEach(i -> expected[i] = Math.max(z[i], 0));
                float[] a = new float[n + 2];

                greatest.keep(z, a, 1, n + 1, k);

                assertThat(a).as(n + " numbers, " + k + " of them").isEqualTo(expected);
                assertThat(greatest.least(z, n, k))
                        .isEqualTo(IntStream.range(0, n)
                                .boxed()
                                .map(i -> z[i])
                                .sorted(Comparator.reverseOrder())
                                .skip(k - 1)
                                .findFirst()
                                .orElseThrow());
                greatest.keep(z, z, 1, n + 1, k); // in place
                z[0] = 0;
                z[n + 1] = 0;
                assertThat(z).isEqualTo(expected);
            }
        }
    }

    @Test
    void whatIsNoNumberIsKeptAndInfinityIsTheGreatestOfNumbers() {
        float[] z = {1, Float.NaN, Float.POSITIVE_INFINITY, Float.intBitsToFloat(0xffc00000), Float.NEGATIVE_INFINITY, 2
        };
        float[] a = new float[6];
        new Greatest(6).keep(z, a, 0, 6, 3);
        assertThat(a).containsExactly(0, Float.NaN, Float.POSITIVE_INFINITY, Float.NaN, 0, 0);
    }

    @Test
    void negativeNumbersAreInOrder() {
        float[] z = {-3, 5, -0.5f, Float.NEGATIVE_INFINITY, 0};
        Greatest greatest = new Greatest(5);
        assertThat(greatest.least(z, 5, 1)).isEqualTo(5);
        assertThat(greatest.least(z, 5, 3)).isEqualTo(-0.5f);
        assertThat(greatest.least(z, 5, 4)).isEqualTo(-3);
    }
}
