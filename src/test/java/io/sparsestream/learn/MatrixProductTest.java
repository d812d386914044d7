package io.sparsestream.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparsestream.learn.nd4j.Nd4jProduct;
import io.sparsestream.learn.nd4j.OpenBlas;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every engine against three loops in double precision. */
class MatrixProductTest {
    static Stream<Arguments> cases() {
        return Stream.of(new OpenBlas(), new PortableProduct(false), new PortableProduct(true), new Nd4jProduct())
                .flatMap(product -> Stream.of(
                                new int[] {1, 1, 1},
                                new int[] {5, 7, 3},
                                new int[] {60, 30, 300},
                                new int[] {17, 300, 61},
                                new int[] {3, 20_000, 9},
                                new int[] {60, 100, 784}, // in pieces of 16 columns, the last of 4
                                new int[] {110, 20, 600}) // and of 104 rows, the last of 6
                        .map(size -> Arguments.of(product, size[0], size[1], size[2])));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void agreesWithTheNaiveProduct(MatrixProduct product, int m, int n, int k) {
        Random random = new Random(1);
        for (int variant = 0; variant < 8; variant++) {
            boolean transposeA = (variant & 1) != 0;
            boolean transposeB = (variant & 2) != 0;
            float[] a = gaussian(random, m * k);
            float[] b = gaussian(random, k * n);
            float[] row = variant < 4 ? null : gaussian(random, n);
            float[] c = gaussian(random, m * n);
            double[] expected = naive(transposeA, transposeB, m, n, k, a, b, row);

            product.multiply(transposeA, transposeB, m, n, k, loaded(product, a), loaded(product, b), row, c);

            for (int i = 0; i < c.length; i++) {
                assertThat((double) c[i]).isCloseTo(expected[i], within(1e-5 * k));
            }
        }
    }

    @Test
    void portableProductsHaveTheSameBitsIfTwoRowsAreSummedAtOnce() {
        Random random = new Random(2);
        float[] a = gaussian(random, 131 * 61);
        float[] b = gaussian(random, 61 * 300);
        float[] row = gaussian(random, 300);
        PortableProduct one = new PortableProduct(false);
        PortableProduct two = new PortableProduct(true);
        float[] expected = new float[131 * 300];
        float[] c = new float[131 * 300];

        one.multiply(false, false, 131, 300, 61, loaded(one, a), loaded(one, b), row, expected);
        two.multiply(false, false, 131, 300, 61, loaded(two, a), loaded(two, b), row, c);

        assertThat(c).isEqualTo(expected);
    }

    static MatrixProduct.Operand loaded(MatrixProduct product, float[] values) {
        MatrixProduct.Operand operand = product.operand(values.length);
        operand.load(values);
        return operand;
    }

    private static double[] naive(
            boolean transposeA, boolean transposeB, int m, int n, int k, float[] a, float[] b, float[] row) {
        double[] result = new double[m * n];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                result[i * n + j] = row == null ? 0 : row[j];
                for (int p = 0; p < k; p++) {
                    double left = transposeA ? a[p * m + i] : a[i * k + p];
                    double right = transposeB ? b[j * k + p] : b[p * n + j];
                    result[i * n + j] += left * right;
                }
            }
        }
        return result;
    }

    private static float[] gaussian(Random random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
