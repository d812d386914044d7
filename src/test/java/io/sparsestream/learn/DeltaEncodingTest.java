package io.sparsestream.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeltaEncodingTest {
    private static final int BLOCK = 256;
    private static final int VALUES = 3 * BLOCK + 77; // the last block is not full

    private final Random random = new Random(1);

    @Test
    void float32IsExact() {
        float[] delta = delta(1e-3);
        delta[0] = Float.MIN_VALUE;
        float[] residual = new float[VALUES];
        float[] decoded = roundTrip(DeltaEncoding.FLOAT32, delta, residual);
        assertThat(decoded).isEqualTo(delta);
        assertThat(residual).containsOnly(0);
    }

    @Test
    void float16IsAsNearAsElevenBits() {
        float[] delta = delta(1e-2);
        float[] decoded = roundTrip(DeltaEncoding.FLOAT16, delta, new float[VALUES]);
        for (int i = 0; i < VALUES; i++) {
            // Below 2⁻¹⁴ numbers are 2⁻²⁴ apart.
            assertThat(Math.abs(decoded[i] - delta[i]))
                    .isLessThanOrEqualTo(Math.max(Math.abs(delta[i]) * 0x1p-11f, 0x1p-25f));
        }
    }

    @Test
    void int8IsAsNearAsHalfItsBlocksScale() {
        float[] delta = delta(1e-3);
        for (int i = BLOCK; i < 2 * BLOCK; i++) {
            delta[i] *= 1000; // a block of large values does not make the others coarse
        }
        float[] decoded = roundTrip(DeltaEncoding.INT8, delta, new float[VALUES]);
        for (int block = 0; block < VALUES; block += BLOCK) {
            int end = Math.min(VALUES, block + BLOCK);
            float greatest = 0;
            for (int i = block; i < end; i++) {
                greatest = Math.max(greatest, Math.abs(delta[i]));
            }
            for (int i = block; i < end; i++) {
                assertThat(Math.abs(decoded[i] - delta[i])).isLessThanOrEqualTo(greatest / 127 * 0.5001f);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(DeltaEncoding.class)
    void zerosAndTheLeastNumbersStayNearThemselves(DeltaEncoding encoding) {
        float[] delta = new float[VALUES];
        assertThat(roundTrip(encoding, delta, new float[VALUES])).containsOnly(0);
        delta[3] = 100 * Float.MIN_VALUE;
        delta[4] = -delta[3];
        float[] decoded = roundTrip(encoding, delta, new float[VALUES]);
        assertThat(decoded[3]).isBetween(0f, 200 * Float.MIN_VALUE);
        assertThat(decoded[4]).isBetween(-200 * Float.MIN_VALUE, 0f);
    }

    /** Σ decoded = Σ delta − residual, and the residual does not grow with the rounds. */
    @ParameterizedTest
    @EnumSource(DeltaEncoding.class)
    void errorFeedbackMakesTheSumsMeet(DeltaEncoding encoding) {
        int rounds = 1000;
        double[] sent = new double[VALUES];
        double[] meant = new double[VALUES];
        double[] withoutFeedback = new double[VALUES];
        float[] residual = new float[VALUES];
        float[] trend = delta(1e-5); // far below an int8's steps of 1e-3 · 3/127
        for (int round = 0; round < rounds; round++) {
            float[] delta = delta(1e-3);
            delta[0] = 4e-3f; // the scale of the first block is known
            for (int i = 1; i < VALUES; i++) {
                delta[i] += trend[i];
            }
            add(meant, delta);
            add(withoutFeedback, roundTrip(encoding, delta, new float[VALUES]));
            add(sent, roundTrip(encoding, delta, residual));
        }
        double step = encoding == DeltaEncoding.INT8 ? 6e-3 / 127 : encoding == DeltaEncoding.FLOAT16 ? 5e-6 : 0;
        for (int i = 0; i < VALUES; i++) {
            assertThat(sent[i] - meant[i]).as("value %d", i).isCloseTo(0, within(step + 1e-7));
            assertThat((double) residual[i]).as("value %d", i).isCloseTo(meant[i] - sent[i], within(1e-7));
        }
        if (encoding != DeltaEncoding.FLOAT32) {
            assertThat(distance(sent, meant)).isLessThan(distance(withoutFeedback, meant) / 10);
        }
    }

    @ParameterizedTest
    @EnumSource(DeltaEncoding.class)
    void whatIsNoNumberIsNotHidden(DeltaEncoding encoding) {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            float[] delta = delta(1e-3);
            delta[5] = bad;
            assertThat(Float.isFinite(roundTrip(encoding, delta, new float[VALUES])[5]))
                    .isFalse();
        }
    }

    /** Of the very large too: a float16 gives what it can, and the next deltas the rest. */
    @ParameterizedTest
    @EnumSource(DeltaEncoding.class)
    void whatIsFiniteStaysFiniteAndComesInTheEnd(DeltaEncoding encoding) {
        for (float large : new float[] {65_504, 65_520, 7e4f, 1e6f, Float.MAX_VALUE}) {
            float[] delta = {large, -large, 1};
            float[] residual = new float[3];
            double[] sent = new double[3];
            for (int round = 0; round < 20; round++) {
                float[] decoded = roundTrip(encoding, round == 0 ? delta : new float[3], residual);
                add(sent, decoded);
                for (int i = 0; i < 3; i++) {
                    assertThat(Float.isFinite(decoded[i]))
                            .as("%s of %s", decoded[i], large)
                            .isTrue();
                    assertThat(sent[i] + residual[i]).isCloseTo(delta[i], withinPercentage(1e-5));
                }
            }
            if (large <= 1e6f) {
                assertThat(sent[0]).isCloseTo(large, withinPercentage(1e-5));
                assertThat(sent[1]).isCloseTo(-large, withinPercentage(1e-5));
            }
        }
    }

    @Test
    void sizesAreAsDocumented() {
        assertThat(DeltaEncoding.FLOAT32.bytes(257)).isEqualTo(1028);
        assertThat(DeltaEncoding.FLOAT16.bytes(257)).isEqualTo(514);
        assertThat(DeltaEncoding.INT8.bytes(257)).isEqualTo(265);
        assertThatThrownBy(() -> DeltaEncoding.INT8.decode(new byte[264], new float[257]))
                .hasMessage("257 values as int8 are 265 bytes, not 264");
    }

    @Test
    void everyFloat16ComesBackAsItself() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            short half = (short) bits;
            float value = Float16.toFloat(half);
            if (Float.isNaN(value)) {
                assertThat(bits & 0x7fff).isGreaterThan(0x7c00);
                assertThat(Float.isNaN(Float16.toFloat(Float16.of(value)))).isTrue();
            } else {
                assertThat(Float16.of(value)).isEqualTo(half);
            }
        }
        assertThat(Float16.toFloat((short) 0x3555)).isEqualTo(0.333251953125f); // from the standard's tables
        assertThat(Float16.toFloat((short) 0x7bff)).isEqualTo(65504);
        assertThat(Float16.toFloat((short) 0x0001)).isEqualTo(0x1p-24f);
        assertThat(Float16.of(65519.996f)).isEqualTo((short) 0x7bff);
        assertThat(Float16.of(65520)).isEqualTo((short) 0x7c00);
    }

    /** Between every two neighbours: halfway to the even one, a hair to either side to the nearer one. */
    @Test
    void float16RoundsToTheNearestAndTiesToEven() {
        for (int bits = 0; bits < 0x7bff; bits++) {
            float low = Float16.toFloat((short) bits);
            float high = Float16.toFloat((short) (bits + 1));
            float middle = (low + high) / 2; // exact
            assertThat((int) Float16.of(middle)).isEqualTo((bits & 1) == 0 ? bits : bits + 1);
            assertThat((int) Float16.of(Math.nextDown(middle))).isEqualTo(bits);
            assertThat((int) Float16.of(Math.nextUp(middle))).isEqualTo(bits + 1);
            assertThat(Float16.of(-Math.nextUp(middle))).isEqualTo((short) (bits + 1 | 0x8000));
        }
    }

    private float[] delta(double deviation) {
        float[] delta = new float[VALUES];
        for (int i = 0; i < VALUES; i++) {
            delta[i] = (float) (random.nextGaussian() * deviation);
        }
        return delta;
    }

    private static float[] roundTrip(DeltaEncoding encoding, float[] delta, float[] residual) {
        byte[] encoded = encoding.encode(delta, residual);
        float[] decoded = new float[delta.length];
        encoding.decode(encoded, decoded);
        return decoded;
    }

    private static void add(double[] sum, float[] values) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += values[i];
        }
    }

    private static double distance(double[] one, double[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (one[i] - other[i]) * (one[i] - other[i]);
        }
        return Math.sqrt(sum);
    }
}
