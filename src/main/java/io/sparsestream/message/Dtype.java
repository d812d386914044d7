package io.sparsestream.message;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;

/** How numbers are written as bytes, by the name in the {@code dtype} header. */
public enum Dtype {
    /** One unsigned byte per number, 0 … 255 for 0 … 1; what lies outside of that, as linear outputs may, is 0 or 255. */
    UINT8(Byte.BYTES) {
        @Override
        public byte[] encode(float[] values, int offset, int count) {
            byte[] bytes = new byte[count];
            for (int i = 0; i < count; i++) {
                // 2²³ + v has v, rounded, in its last bits: half the time of a conversion, which must mind NaN.
                float value = Math.max(0, Math.min(1, values[offset + i]));
                bytes[i] = (byte) Float.floatToRawIntBits(value * 255f + 0x1p23f);
            }
            return bytes;
        }
    },
    /** Four bytes per number, little-endian, as they are. */
    FLOAT32(Float.BYTES) {
        @Override
        public byte[] encode(float[] values, int offset, int count) {
            byte[] bytes = new byte[count * Float.BYTES];
            ByteBuffer.wrap(bytes)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .put(values, offset, count);
            return bytes;
        }
    },
    /** Eight bytes per number, little-endian. */
    FLOAT64(Double.BYTES) {
        @Override
        public byte[] encode(float[] values, int offset, int count) {
            ByteBuffer bytes = ByteBuffer.allocate(count * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < count; i++) {
                bytes.putDouble(values[offset + i]);
            }
            return bytes.array();
        }
    };

    private final int bytes;

    Dtype(int bytes) {
        this.bytes = bytes;
    }

    /** Of one number. */
    public int bytes() {
        return bytes;
    }

    /** The bytes of {@code count} values from {@code offset} on. */
    public abstract byte[] encode(float[] values, int offset, int count);

    /** The name in the {@code dtype} header. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
