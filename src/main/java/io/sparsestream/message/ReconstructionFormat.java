package io.sparsestream.message;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** How the values of reconstructions are written. */
public enum ReconstructionFormat {
    /** Of records that came as uint8 uint8, of all others float32. */
    SAME {
        @Override
        public String dtype(Dtype own) {
            return (own == Dtype.UINT8 ? UINT8 : FLOAT32).dtype(own);
        }

        @Override
        public byte[] encode(Dtype own, float[] values, int offset, int count) {
            return (own == Dtype.UINT8 ? UINT8 : FLOAT32).encode(own, values, offset, count);
        }
    },
    /** By {@link Dtype#UINT8}. */
    UINT8 {
        @Override
        public byte[] encode(Dtype own, float[] values, int offset, int count) {
            return Dtype.UINT8.encode(values, offset, count);
        }
    },
    /** By {@link Dtype#FLOAT32}. */
    FLOAT32 {
        @Override
        public byte[] encode(Dtype own, float[] values, int offset, int count) {
            return Dtype.FLOAT32.encode(values, offset, count);
        }
    },
    /** An array of numbers. */
    JSON {
        @Override
        public byte[] encode(Dtype own, float[] values, int offset, int count) {
            StringBuilder text = new StringBuilder(count * 12).append('[');
            for (int i = 0; i < count; i++) {
                text.append(i == 0 ? "" : ",").append(values[offset + i]);
            }
            return text.append(']').toString().getBytes(StandardCharsets.US_ASCII);
        }
    };

    /**
     * What the {@code dtype} header says.
     *
     * @param own of the record that is reconstructed, as it is learned from
     */
    public String dtype(Dtype own) {
        return toString();
    }

    /**
     * The bytes of {@code count} values from {@code offset} on.
     *
     * @param own of the record that is reconstructed, as it is learned from
     */
    public abstract byte[] encode(Dtype own, float[] values, int offset, int count);

    /** As on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
