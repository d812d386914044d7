package io.sparsestream.replay;

import java.util.Random;

/**
 * Random numbers for the parts of a stream: epochs, positions. {@link Random} does little to its seed, so that its first
 * numbers for seeds in a row are nearly in a row, too; here every bit of seed and part changes every bit of what it is
 * seeded with.
 */
final class MixedSeed {
    private MixedSeed() {}

    /** For one part; the same seed and part always give the same numbers. */
    static Random random(long seed, long part) {
        return new Random(mix(mix(seed) + part));
    }

    /** A. Appleby, MurmurHash3, 2011: fmix64. */
    private static long mix(long bits) {
        long mixed = (bits ^ bits >>> 33) * 0xFF51AFD7ED558CCDL;
        mixed = (mixed ^ mixed >>> 33) * 0xC4CEB9FE1A85EC53L;
        return mixed ^ mixed >>> 33;
    }
}
