package io.sparsestream.message;

import io.sparsestream.learn.MiniBatch;

/** Values that are numbers already. */
final class BinaryValues implements Values {
    private final Dtype dtype;
    private final int inputs;
    private final boolean mayMiss; // NaN then

    BinaryValues(Dtype dtype, int inputs, boolean mayMiss) {
        this.dtype = dtype;
        this.inputs = inputs;
        this.mayMiss = mayMiss;
    }

    @Override
    public Reason problem(byte[] value) {
        if (value.length != (long) inputs * dtype.bytes()) {
            return new Reason(
                    Reason.Kind.LENGTH, "value of " + value.length + " bytes, not " + (long) inputs * dtype.bytes());
        }
        if (dtype == Dtype.UINT8) {
            return null;
        }
        for (int i = 0; i < inputs; i++) {
            float number = dtype.number(value, i);
            if (!Float.isFinite(number) && !(mayMiss && Float.isNaN(number))) {
                return new Reason(
                        Reason.Kind.NOT_FINITE,
                        "number " + (i + 1) + " is "
                                + (Float.isNaN(number) ? "NaN" : "infinite or too large for float32"));
            }
        }
        return null;
    }

    @Override
    public byte[] numbers(byte[] value) {
        return value;
    }

    @Override
    public String label(byte[] value) {
        return MiniBatch.UNLABELLED;
    }

    @Override
    public int count(byte[] value) {
        if (value.length == 0 || value.length % dtype.bytes() != 0) {
            throw new IllegalArgumentException("value of " + value.length + " bytes is no array of " + dtype);
        }
        return value.length / dtype.bytes();
    }
}
