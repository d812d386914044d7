package io.sparsestream.message;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;

/** How the pixels of a reconstruction are written. */
public enum PixelFormat {
    /** One unsigned byte per pixel, 0 … 255; what lies outside of 0 … 1, as linear outputs may, is 0 or 255. */
    UINT8 {
        @Override
        public byte[] encode(float[] values, int offset, int pixels) {
            byte[] bytes = new byte[pixels];
            for (int i = 0; i < pixels; i++) {
                // 2²³ + v has v, rounded, in its last bits: half the time of a conversion, which must mind NaN.
                float value = Math.max(0, Math.min(1, values[offset + i]));
                bytes[i] = (byte) Float.floatToRawIntBits(value * 255f + 0x1p23f);
            }
            return bytes;
        }
    },
    /** Four bytes per pixel, little-endian, as they are. */
    FLOAT32 {
        @Override
        public byte[] encode(float[] values, int offset, int pixels) {
            byte[] bytes = new byte[pixels * Float.BYTES];
            ByteBuffer.wrap(bytes)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .put(values, offset, pixels);
            return bytes;
        }
    };

    /** The bytes of {@code pixels} values from {@code offset} on. */
    public abstract byte[] encode(float[] values, int offset, int pixels);

    /** The name in the {@code dtype} header. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
