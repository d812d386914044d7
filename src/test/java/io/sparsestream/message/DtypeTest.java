package io.sparsestream.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DtypeTest {
    @Test
    void everyGreyComesBackFromItsFraction() {
        float[] values = new float[256];
        for (int grey = 0; grey < values.length; grey++) {
            values[grey] = grey / 255f;
        }
        byte[] greys = Dtype.UINT8.encode(values, 0, values.length);
        for (int grey = 0; grey < values.length; grey++) {
            assertThat(greys[grey] & 0xff).isEqualTo(grey);
        }
    }

    @Test
    void roundsToTheNearestGrey() {
        float[] values = {9, 0.49f / 255, 0.51f / 255, 254.49f / 255, 254.51f / 255};
        assertThat(Dtype.UINT8.encode(values, 1, 4)).containsExactly(0, 1, (byte) 254, (byte) 255);
    }

    @Test
    void whatIsOutsideOfZeroToOneIsBlackOrWhite() {
        float[] values = {-0.001f, -3, 1.001f, 70};
        assertThat(Dtype.UINT8.encode(values, 0, 4)).containsExactly(0, 0, (byte) 255, (byte) 255);
    }

    @Test
    void floatsAreLittleEndian() {
        assertThat(Dtype.FLOAT32.encode(new float[] {9, 1, 9}, 1, 1)).containsExactly(0, 0, 0x80, 0x3f);
    }
}
