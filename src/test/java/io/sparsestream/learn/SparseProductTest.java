package io.sparsestream.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The products that skip zeros against those that do not. */
class SparseProductTest {
    private static final int IMAGES = 70; // more than the bits of one word
    private static final int PIXELS = 100;
    private static final int UNITS = 6;

    private final Random random = new Random(1);
    private final PortableProduct dense = new PortableProduct();

    @ParameterizedTest
    @ValueSource(ints = {UNITS, 300}) // one panel of all pixels, and panels of 80 and 20
    void agreesWithTheDenseProductsForImagesOfEveryDensity(int units) {
        SparseProduct layer = new SparseProduct(IMAGES, PIXELS, units);
        MiniBatch batch = new MiniBatch(IMAGES, PIXELS);
        for (int round = 0; round < 3; round++) { // the same layer again: nothing may be left over
            batch.clear();
            for (int image = 0; image < IMAGES; image++) {
                batch.add(image(image / (IMAGES - 1.0))); // the first is blank, the last has no zero
            }
            float[] weight = gaussian(PIXELS * units);
            float[] bias = gaussian(units);
            float[] delta = gaussian(IMAGES * units);
            float[] expectedZ = new float[IMAGES * units];
            dense.multiply(
                    false, false, IMAGES, units, PIXELS, operand(batch.images()), operand(weight), bias, expectedZ);
            float[] expectedGradient = new float[PIXELS * units];
            dense.multiply(
                    true,
                    false,
                    PIXELS,
                    units,
                    IMAGES,
                    operand(batch.images()),
                    operand(delta),
                    null,
                    expectedGradient);
            float[] z = new float[IMAGES * units];
            float[] gradient = gaussian(PIXELS * units);

            layer.forward(batch.rows(), IMAGES, weight, bias, z);
            layer.gradient(batch.rows(), IMAGES, delta, gradient);

            assertThat(z).containsExactly(expectedZ, within(1e-5f));
            assertThat(gradient).containsExactly(expectedGradient, within(1e-5f));
        }
    }

    private MatrixProduct.Operand operand(float[] values) {
        return MatrixProductTest.loaded(dense, values);
    }

    @Test
    void pixelsThatAreZeroInEveryImageHaveNoGradient() {
        SparseProduct layer = new SparseProduct(IMAGES, PIXELS, UNITS);
        MiniBatch batch = new MiniBatch(IMAGES, PIXELS);
        for (int image = 0; image < IMAGES; image++) {
            byte[] greys = image(1);
            greys[3] = 0;
            batch.add(greys);
        }
        float[] gradient = gaussian(PIXELS * UNITS);

        layer.forward(batch.rows(), IMAGES, gaussian(PIXELS * UNITS), gaussian(UNITS), new float[IMAGES * UNITS]);
        layer.gradient(batch.rows(), IMAGES, gaussian(IMAGES * UNITS), gradient);

        for (int unit = 0; unit < UNITS; unit++) {
            assertThat(gradient[3 * UNITS + unit]).isZero();
            assertThat(gradient[4 * UNITS + unit]).isNotZero();
        }
    }

    private byte[] image(double density) {
        byte[] greys = new byte[PIXELS];
        for (int i = 0; i < PIXELS; i++) {
            greys[i] = (byte) (random.nextDouble() < density ? 1 + random.nextInt(255) : 0);
        }
        return greys;
    }

    private float[] gaussian(int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
