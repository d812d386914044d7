package io.sparsestream.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** The products that skip zeros against those that do not. */
class InputLayerTest {
    private static final int IMAGES = 70; // more than the bits of one word
    private static final int PIXELS = 20;
    private static final int UNITS = 6;

    private final Random random = new Random(1);
    private final InputLayer layer = new InputLayer(IMAGES, PIXELS, UNITS);
    private final PortableProduct dense = new PortableProduct();

    @Test
    void agreesWithTheDenseProductsForImagesOfEveryDensity() {
        MiniBatch batch = new MiniBatch(IMAGES, PIXELS);
        for (int round = 0; round < 3; round++) { // the same layer again: nothing may be left over
            batch.clear();
            for (int image = 0; image < IMAGES; image++) {
                batch.add(image(image / (IMAGES - 1.0))); // the first is blank, the last has no zero
            }
            float[] weight = gaussian(PIXELS * UNITS);
            float[] bias = gaussian(UNITS);
            float[] delta = gaussian(IMAGES * UNITS);
            float[] expectedZ = new float[IMAGES * UNITS];
            dense.multiply(
                    false, false, IMAGES, UNITS, PIXELS, operand(batch.images()), operand(weight), bias, expectedZ);
            float[] expectedGradient = new float[PIXELS * UNITS];
            dense.multiply(
                    true,
                    false,
                    PIXELS,
                    UNITS,
                    IMAGES,
                    operand(batch.images()),
                    operand(delta),
                    null,
                    expectedGradient);
            float[] z = new float[IMAGES * UNITS];
            float[] gradient = gaussian(PIXELS * UNITS);

            layer.forward(batch, weight, bias, z);
            layer.gradient(batch, delta, gradient);

            assertThat(z).containsExactly(expectedZ, within(1e-5f));
            assertThat(gradient).containsExactly(expectedGradient, within(1e-5f));
        }
    }

    private MatrixProduct.Operand operand(float[] values) {
        return MatrixProductTest.loaded(dense, values);
    }

    @Test
    void pixelsThatAreZeroInEveryImageHaveNoGradient() {
        MiniBatch batch = new MiniBatch(IMAGES, PIXELS);
        for (int image = 0; image < IMAGES; image++) {
            byte[] greys = image(1);
            greys[3] = 0;
            batch.add(greys);
        }
        float[] gradient = gaussian(PIXELS * UNITS);

        layer.forward(batch, gaussian(PIXELS * UNITS), gaussian(UNITS), new float[IMAGES * UNITS]);
        layer.gradient(batch, gaussian(IMAGES * UNITS), gradient);

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
