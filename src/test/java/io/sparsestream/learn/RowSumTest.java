package io.sparsestream.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowSumTest {
    private static final float[] MATRIX = {
        1, 2, 3,
        4, 5, 6,
        7, 8, 9
    };

    private final RowSum rowSum = new RowSum(4);

    @Test
    void sumsAndMeansOfTheFirstRows() {
        float[] sums = new float[3];
        double[] means = new double[3];

        rowSum.sum(MATRIX, 2, sums);
        rowSum.mean(MATRIX, 2, means);

        assertThat(sums).containsExactly(5, 7, 9);
        assertThat(means).containsExactly(2.5, 3.5, 4.5);
    }

    @Test
    void squaredDistanceOfOneRow() {
        int columns = 101; // halved to 26, with an odd one left over on the way
        float[] a = new float[2 * columns];
        float[] b = new float[2 * columns];
        for (int j = 0; j < columns; j++) {
            a[columns + j] = j;
            b[columns + j] = -j;
        }
        RowSum wide = new RowSum(columns);
        assertThat(wide.squaredDistance(a, b, 0, columns)).isZero();
        assertThat(wide.squaredDistance(a, b, 1, columns)).isEqualTo(4 * 338_350.0); // Σ j² = 100 · 101 · 201 / 6
    }

    /** Numbers that are halved, and what four sums side by side leave over. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 30, 31, 101, 300})
    void foldsARow(int columns) {
        float[] row = new float[columns];
        for (int j = 0; j < columns; j++) {
            row[j] = j + 1;
        }
        assertThat(new RowSum(columns).fold(row, columns)).isEqualTo(columns * (columns + 1) / 2.0);
    }

    @Test
    void twoSumsAtOnceHaveTheBitsOfOneAfterTheOther() {
        Random random = new Random(3);
        float[][] rows = new float[6][];
        for (int r = 0; r < rows.length; r++) {
            rows[r] = new float[100];
            for (int j = 0; j < 100; j++) {
                rows[r][j] = (float) random.nextGaussian();
            }
        }
        float[] first = rows[4].clone();
        float[] second = rows[5].clone();
        RowSum.add(1.5f, rows[0], -2.25f, rows[1], 0.1f, rows[2], 7, rows[3], first, 100);
        RowSum.add(0.3f, rows[0], 4, rows[1], -0.7f, rows[2], 1, rows[3], second, 100);

        RowSum.add(1.5f, -2.25f, 0.1f, 7, 0.3f, 4, -0.7f, 1, rows[0], rows[1], rows[2], rows[3], rows[4], rows[5], 100);

        assertThat(rows[4]).isEqualTo(first);
        assertThat(rows[5]).isEqualTo(second);
    }
}
