package io.sparsestream.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The first layer's products, whichever way they take. */
class InputProductsTest {
    private static final int IMAGES = 70;
    private static final int INPUTS = 100;
    private static final int UNITS = 300;

    private final Random random = new Random(1);

    @ParameterizedTest
    @CsvSource({"0.2, 1", "0.2, 0.03", "0.9, 1", "0.9, 0.03"
    }) // each of the two ways forward, and of the three of the gradient
    void haveTheBitsOfTheProductWithoutZeros(double inputs, double deltas) {
        MiniBatch batch = batch(inputs);
        float[] weight = numbers(INPUTS * UNITS, 1);
        float[] bias = numbers(UNITS, 1);
        float[] delta = numbers(IMAGES * UNITS, deltas);
        SparseProduct sparse = new SparseProduct(IMAGES, INPUTS, UNITS);
        float[] expectedZ = new float[IMAGES * UNITS];
        float[] expectedGradient = new float[INPUTS * UNITS];
        sparse.forward(batch.rows(), IMAGES, weight, bias, expectedZ);
        sparse.gradient(batch.rows(), IMAGES, delta, expectedGradient);
        InputProducts products = new InputProducts(IMAGES, INPUTS, UNITS, true);
        float[] z = new float[IMAGES * UNITS];
        float[] gradient = numbers(INPUTS * UNITS, 1);

        products.forward(batch.rows(), IMAGES, weight, bias, z);
        products.gradient(batch.rows(), IMAGES, delta, gradient);

        assertThat(z).isEqualTo(expectedZ);
        assertThat(gradient).isEqualTo(expectedGradient);
    }

    @Test
    void anImageHasTheSameBitsAmongSparseAndAmongDenseOnes() {
        InputProducts products = new InputProducts(IMAGES, INPUTS, UNITS, true);
        float[] weight = numbers(INPUTS * UNITS, 1);
        float[] bias = numbers(UNITS, 1);
        float[] image = numbers(INPUTS, 0.4);
        float[][] z = new float[2][IMAGES * UNITS];

        for (int company = 0; company < 2; company++) {
            MiniBatch batch = new MiniBatch(IMAGES, INPUTS);
            batch.add(image, 0, MiniBatch.UNLABELLED);
            while (!batch.isFull()) {
                batch.add(numbers(INPUTS, company), 0, MiniBatch.UNLABELLED);
            }
            products.forward(batch.rows(), IMAGES, weight, bias, z[company]);
        }

        for (int unit = 0; unit < UNITS; unit++) {
            assertThat(z[0][unit]).isEqualTo(z[1][unit]);
        }
    }

    private MiniBatch batch(double density) {
        MiniBatch batch = new MiniBatch(IMAGES, INPUTS);
        while (!batch.isFull()) {
            batch.add(numbers(INPUTS, density), 0, MiniBatch.UNLABELLED);
        }
        return batch;
    }

    private float[] numbers(int size, double density) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = random.nextDouble() < density ? (float) random.nextGaussian() : 0;
        }
        return values;
    }
}
