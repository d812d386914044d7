package io.sparsestream.learn;

/**
 * eˣ in float32, by the means that the JIT vectorizes where it is inlined: no branch, no call. Strict arithmetic, so the
 * result has the same bits whether interpreted or compiled, on every machine.
 */
final class Exponential {
    /** e⁻³⁰ is 1e-13; the series below would leave its range beyond ±30. */
    static final float LIMIT = 30;

    /** What {@link #series} takes of a number. */
    static final float SIXTEENTH = 1f / 16;

    private Exponential() {}

    /** Replaces the first x, each at most 0, by eˣ, within 5e-7. */
    static void apply(float[] values, int length) {
        for (int i = 0; i < length; i++) {
            values[i] = series(Math.max(-LIMIT, values[i]) * SIXTEENTH);
        }
    }

    /**
     * e¹⁶ˣ by scaling and squaring: (eˣ)¹⁶, the inner one by its Taylor series.
     *
     * @param x of at most {@value #LIMIT} / 16, above 0 or below
     */
    static float series(float x) {
        float e = x * (1f / 40320);
        e = x * (1f / 5040 + e);
        e = x * (1f / 720 + e);
        e = x * (1f / 120 + e);
        e = x * (1f / 24 + e);
        e = x * (1f / 6 + e);
        e = x * (1f / 2 + e);
        e = 1 + x * (1 + e);
        e *= e;
        e *= e;
        e *= e;
        e *= e;
        return e;
    }
}
