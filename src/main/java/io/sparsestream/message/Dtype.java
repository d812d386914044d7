package io.sparsestream.message;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
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

    private static final VarHandle FLOATS =
            MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle DOUBLES =
            MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

    private final int bytes;

    Dtype(int bytes) {
        this.bytes = bytes;
    }

    /** Of one number. */
    public int bytes() {
        return bytes;
    }

    /** One of the numbers that bytes hold, as it is learned from. */
    public float number(byte[] of, int index) {
        return switch (this) {
            case UINT8 -> (of[index] & 0xff) / 255f;
            case FLOAT32 -> (float) FLOATS.get(of, index * bytes);
            case FLOAT64 -> (float) (double) DOUBLES.get(of, index * bytes);
        };
    }

    /** What bytes that hold so many numbers are. */
    public static Dtype of(byte[] values, int count) {
        for (Dtype dtype : values()) {
            if (values.length == (long) count * dtype.bytes) {
                return dtype;
            }
        }
        throw new IllegalArgumentException(values.length + " bytes are no " + count + " numbers");
    }

    /** The bytes of {@code count} values from {@code offset} on. */
    public abstract byte[] encode(float[] values, int offset, int count);

    /** The name in the {@code dtype} header. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
