package io.sparsestream.support;

import java.awt.Point;
import java.awt.image.BufferedImage;
import java.util.Optional;

/** Looks for grey images on a picture. */
public final class Pixels {
    private Pixels() {}

    /**
     * Where an image stands, its upper left corner; of several the highest.
     *
     * @param greys uint8, row-major, drawn as squares of {@code scale} pixels
     */
    public static Optional<Point> find(BufferedImage picture, byte[] greys, int columns, int scale) {
        int height = greys.length / columns * scale;
        for (int y = 0; y + height <= picture.getHeight(); y++) {
            for (int x = 0; x + columns * scale <= picture.getWidth(); x++) {
                if (isAt(picture, greys, columns, scale, x, y)) {
                    return Optional.of(new Point(x, y));
                }
            }
        }
        return Optional.empty();
    }

    /** Whether it stands there. */
    public static boolean isAt(BufferedImage picture, byte[] greys, int columns, int scale, int x, int y) {
        for (int i = 0; i < greys.length; i++) {
            int grey = greys[i] & 0xff;
            int left = x + i % columns * scale;
            int top = y + i / columns * scale;
            int rgb = grey << 16 | grey << 8 | grey;
            if ((picture.getRGB(left, top) & 0xffffff) != rgb
                    || (picture.getRGB(left + scale - 1, top + scale - 1) & 0xffffff) != rgb) {
                return false;
            }
        }
        return true;
    }
}
