package io.sparsestream.learn.nd4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparsestream.learn.MatrixProduct;
import io.sparsestream.learn.PortableProduct;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What depends on where malloc puts an engine's buffers: so each test makes many engines. */
class OpenBlasTest {
    private static final int ENGINES = 200;

    private final Random random = new Random(1);
    private final List<ByteBuffer> others = new ArrayList<>();

    /** The first product of an engine, whose result is smaller than any that it could grow for. */
    @ParameterizedTest
    @CsvSource({"8, 2, 10", "4, 4, 10", "2, 8, 10", "3, 5, 7", "10, 1, 3", "16, 1, 1", "2, 1, 3", "5, 3, 1"})
    void theFirstProductOfAFreshEngineHasItsRowInEveryRow(int m, int n, int k) {
        float[] a = floats(m * k);
        float[] b = floats(k * n);
        float[] row = floats(n);
        float[] expected = multiply(new PortableProduct(), m, n, k, a, b, row);
        for (int engine = 0; engine < ENGINES; engine++) {
            disturb(engine);
            float[] found = multiply(new OpenBlas(), m, n, k, a, b, row);
            for (int i = 0; i < found.length; i++) {
                assertThat(found[i]).as("element %d by engine %d", i, engine).isCloseTo(expected[i], within(1e-5f));
            }
        }
    }

    /** Results of 1 to 40 floats, so that most are no multiple of a cache line: each engine needs at most two buffers. */
    @Test
    void anEngineDoesNotAllocateItsResultAgain() {
        int products = 20;
        List<MatrixProduct.Operand> kept = new ArrayList<>();
        BufferPoolMXBean direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .findFirst()
                .orElseThrow();
        long most = 0;
        for (int n = 1; n <= 40; n++) {
            disturb(n);
            OpenBlas engine = new OpenBlas();
            MatrixProduct.Operand a = loaded(engine, floats(1));
            MatrixProduct.Operand b = loaded(engine, floats(n));
            kept.add(a);
            float[] c = new float[n];
            engine.multiply(false, false, 1, n, 1, a, b, null, c);
            long before = direct.getCount();
            for (int i = 0; i < products; i++) {
                engine.multiply(false, false, 1, n, 1, a, b, null, c);
            }
            most = Math.max(most, direct.getCount() - before);
        }
        assertThat(most).as("buffers for %d products after the first", products).isLessThan(products / 2);
    }

    /** Allocates as other threads do, so that the next buffers lie elsewhere. */
    private void disturb(int engine) {
        for (int i = engine % 7; i > 0; i--) {
            others.add(ByteBuffer.allocateDirect(8 + 16 * ((engine * 31 + i) % 9)));
        }
    }

    private static float[] multiply(MatrixProduct product, int m, int n, int k, float[] a, float[] b, float[] row) {
        float[] c = new float[m * n];
        product.multiply(false, false, m, n, k, loaded(product, a), loaded(product, b), row, c);
        return c;
    }

    private static MatrixProduct.Operand loaded(MatrixProduct product, float[] values) {
        MatrixProduct.Operand operand = product.operand(values.length);
        operand.load(values);
        return operand;
    }

    private float[] floats(int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
