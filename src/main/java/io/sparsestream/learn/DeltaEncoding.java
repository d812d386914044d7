package io.sparsestream.learn;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * How a change of parameters is written, little-endian. What is finite is decoded as finite. What an encoding loses is not lost: it is kept as a residual and
 * joins the next delta (error feedback: F. Seide et al., "1-Bit Stochastic Gradient Descent and its Application to
 * Data-Parallel Distributed Training of Speech DNNs", 2014; S. P. Karimireddy et al., "Error Feedback Fixes SignSGD and
 * other Gradient Compression Schemes", 2019).
 *
 * <pre>
 * float32   as it is                                                          4 bytes a value, exact
 * float16   IEEE 754 binary16, to the nearest, ties to even; beyond ±65504,
 *           the greatest that there is, ±65504                                2 bytes, relative error ≤ 2⁻¹¹
 * int8      blocks of 256 values: scale s = max |x| / 127 as float32, then
 *           each x / s as int8, to the nearest                                1.02 bytes, error ≤ s / 2
 * </pre>
 */
public enum DeltaEncoding {
    FLOAT32 {
        @Override
        public long bytes(long values) {
            return values * Float.BYTES;
        }

        @Override
        void write(float[] values, ByteBuffer into) {
            into.asFloatBuffer().put(values);
        }

        @Override
        void read(ByteBuffer from, float[] values) {
            from.asFloatBuffer().get(values);
        }
    },

    FLOAT16 {
        @Override
        public long bytes(long values) {
            return values * Short.BYTES;
        }

        @Override
        void write(float[] values, ByteBuffer into) {
            for (float value : values) {
                // What is cut off stays in the residual; infinity would leave nothing that a later delta could make
                // good.
                into.putShort(Float16.of(Float.isFinite(value) ? clamp(value, Float16.GREATEST) : value));
            }
        }

        @Override
        void read(ByteBuffer from, float[] values) {
            for (int i = 0; i < values.length; i++) {
                values[i] = Float16.toFloat(from.getShort());
            }
        }
    },

    INT8 {
        @Override
        public long bytes(long values) {
            return values + (values + BLOCK - 1) / BLOCK * Float.BYTES;
        }

        @Override
        void write(float[] values, ByteBuffer into) {
            for (int block = 0; block < values.length; block += BLOCK) {
                int end = Math.min(values.length, block + BLOCK);
                float greatest = 0;
                for (int i = block; i < end; i++) {
                    greatest = Math.max(greatest, Math.abs(values[i]));
                }
                float scale = greatest / LIMIT;
                if (Float.isFinite(greatest) && Float.isInfinite(scale * LIMIT)) {
                    scale = Math.nextDown(scale); // rounded up, at the greatest float's end
                }
                into.putFloat(scale);
                for (int i = block; i < end; i++) {
                    // Near the least float the scale itself is coarse, or 0: hence the limits, and 0/0 counts as 0.
                    into.put((byte) clamp(Math.round(values[i] / scale), LIMIT));
                }
            }
        }

        @Override
        void read(ByteBuffer from, float[] values) {
            for (int block = 0; block < values.length; block += BLOCK) {
                int end = Math.min(values.length, block + BLOCK);
                float scale = from.getFloat();
                for (int i = block; i < end; i++) {
                    values[i] = from.get() * scale;
                }
            }
        }
    };

    private static final int BLOCK = 256;
    private static final int LIMIT = Byte.MAX_VALUE;

    /**
     * The encoding of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static DeltaEncoding of(String name) {
        return find(name)
                .orElseThrow(() -> new IllegalArgumentException(
                        "unknown encoding '" + name + "': choose from " + Arrays.toString(values())));
    }

    /** Whether there is one of that name. */
    public static boolean is(String name) {
        return find(name).isPresent();
    }

    private static Optional<DeltaEncoding> find(String name) {
        return Arrays.stream(values())
                .filter(encoding -> encoding.toString().equals(name))
                .findFirst();
    }

    /** Bytes of an encoded tensor of so many values. */
    public abstract long bytes(long values);

    private static float clamp(float value, float limit) {
        return Math.max(-limit, Math.min(limit, value));
    }

    abstract void write(float[] values, ByteBuffer into);

    abstract void read(ByteBuffer from, float[] values);

    /**
     * Encodes a tensor's delta together with what earlier ones have lost. What is no finite number stays none, and makes
     * none of its whole block in int8.
     *
     * @param delta [elements of the tensor]
     * @param residual as long as the delta, zero at first: in, what earlier deltas have lost; out, what is lost now
     */
    public byte[] encode(float[] delta, float[] residual) {
        for (int i = 0; i < residual.length; i++) {
            residual[i] += delta[i];
        }
        byte[] encoded = new byte[Math.toIntExact(bytes(delta.length))];
        write(residual, little(encoded));
        float[] decoded = new float[delta.length];
        decode(encoded, decoded);
        for (int i = 0; i < residual.length; i++) {
            residual[i] -= decoded[i];
        }
        return encoded;
    }

    /**
     * Decodes a whole tensor.
     *
     * @param into [elements of the tensor], overwritten
     * @throws IllegalArgumentException if there are not as many bytes as so many values take
     */
    public void decode(byte[] encoded, float[] into) {
        if (encoded.length != bytes(into.length)) {
            throw new IllegalArgumentException(into.length + " values as " + this + " are " + bytes(into.length)
                    + " bytes, not " + encoded.length);
        }
        read(little(encoded), into);
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The name that people use. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
