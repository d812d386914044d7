package io.sparsestream.learn;

/** IEEE 754 binary16 as the bits of a short: sign, 5 bits of exponent (bias 15), 10 of mantissa. Java has it from 20 on. */
final class Float16 {
    /** The greatest finite number. */
    static final float GREATEST = 65504;

    private static final int SIGN = 0x8000;
    private static final int INFINITE = 0x7c00;
    private static final int QUIET_NAN = 0x7e00;

    private static final int FLOAT_INFINITE = 0x7f800000;
    /** 65520, halfway between the greatest finite number and 2¹⁶. */
    private static final int FLOAT_TOO_LARGE = 0x477ff000;
    /** 2⁻¹⁴, the least normal number. */
    private static final int FLOAT_LEAST_NORMAL = 0x38800000;

    private static final int MANTISSA_SHIFT = 13;
    private static final int BIAS_DIFFERENCE = (127 - 15) << 23;
    private static final float LEAST = 0x1p-24f;

    private Float16() {}

    /** The nearest one; of two equally near, the even one; from 65520 on infinity, as the standard has it. */
    static short of(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = bits >>> 16 & SIGN;
        int magnitude = bits & Integer.MAX_VALUE;
        int half;
        if (magnitude > FLOAT_INFINITE) {
            half = QUIET_NAN;
        } else if (magnitude >= FLOAT_TOO_LARGE) {
            half = INFINITE;
        } else if (magnitude < FLOAT_LEAST_NORMAL) {
            half = (int) Math.rint(Math.abs(value) / LEAST); // subnormal: a count of the least one
        } else {
            int even = magnitude >>> MANTISSA_SHIFT & 1;
            int justBelowHalf = (1 << (MANTISSA_SHIFT - 1)) - 1;
            half = (magnitude - BIAS_DIFFERENCE + justBelowHalf + even) >>> MANTISSA_SHIFT;
        }
        return (short) (sign | half);
    }

    /** Exact. */
    static float toFloat(short half) {
        int magnitude = half & ~SIGN & 0xffff;
        float value;
        if (magnitude >= INFINITE) {
            value = magnitude == INFINITE ? Float.POSITIVE_INFINITY : Float.NaN;
        } else if (magnitude < 1 << 10) {
            value = magnitude * LEAST;
        } else {
            value = Float.intBitsToFloat((magnitude << MANTISSA_SHIFT) + BIAS_DIFFERENCE);
        }
        return (half & SIGN) == 0 ? value : -value;
    }
}
