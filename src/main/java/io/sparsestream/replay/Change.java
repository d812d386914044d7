package io.sparsestream.replay;

import io.sparsestream.dataset.Dataset;
import java.util.Random;

/**
 * What becomes of the stream in mid-run, to see how a model takes it.
 *
 * @param at position of the first image that is sent otherwise
 * @param heldBack label that is sent only from there on, or null
 * @param then what is sent from there on, or null for the same dataset
 * @param noise standard deviation of Gaussian noise added from there on, in 0 … 1 of the range of greys
 * @param contrast factor by which greys from there on are as far from the middle as before; 1 for no change
 */
public record Change(long at, Integer heldBack, Dataset then, double noise, double contrast) {
    /** A stream that stays as it is. */
    public static final Change NONE = new Change(Long.MAX_VALUE, null, null, 0, 1);

    private static final double MIDDLE = 127.5;

    /** @throws IllegalArgumentException naming the first value that makes no sense */
    public Change {
        if (at < 1) {
            throw new IllegalArgumentException("a change must come after at least 1 image, not " + at);
        }
        if (heldBack != null && (heldBack < 0 || heldBack > 255)) {
            throw new IllegalArgumentException("a label to hold back is a number from 0 to 255, not " + heldBack);
        }
        if (!(noise >= 0 && noise <= 1)) {
            throw new IllegalArgumentException("noise must be between 0 and 1, not " + noise);
        }
        if (!(contrast >= 0) || Double.isInfinite(contrast)) {
            throw new IllegalArgumentException("contrast must be zero or a positive number, not " + contrast);
        }
    }

    /** An image as it is sent from the change on; the same position always gets the same noise. */
    byte[] apply(byte[] image, long seed, long position) {
        if (noise == 0 && contrast == 1) {
            return image;
        }
        Random random = MixedSeed.random(seed, position);
        byte[] changed = new byte[image.length];
        for (int i = 0; i < image.length; i++) {
            double grey = MIDDLE + contrast * ((image[i] & 0xff) - MIDDLE);
            grey += noise == 0 ? 0 : 255 * noise * random.nextGaussian();
            changed[i] = (byte) Math.round(Math.min(255, Math.max(0, grey)));
        }
        return changed;
    }
}
