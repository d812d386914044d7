package io.sparsestream.replay;

import java.util.Random;

/**
 * Random numbers for the parts of a stream: epochs, positions. {@link Random} does little to its seed, so that its first
 * numbers for seeds in a row are nearly in a row, too; here every bit of seed and part changes every bit of what it is
 * seeded with.
 */
final class MixedSeed {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L; // 2⁶⁴ / the golden ratio, odd

    private MixedSeed() {}

    /** For one part; the same seed and part always give the same numbers. */
    static Random random(long seed, long part) {
        return new Random(mix(mix(seed + GOLDEN) + part * GOLDEN));
    }

    /** G. L. Steele et al., "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014: mix64, variant 13. */
    private static long mix(long bits) {
        long mixed = (bits ^ bits >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }
}
