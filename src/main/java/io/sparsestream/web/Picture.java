package io.sparsestream.web;

/** Turns numbers into bytes for canvases. */
final class Picture {
    private static final int MIDDLE = 128;
    private static final int MOST = 127;

    /** Height and width at most of a picture in a grid. */
    private static final int SMALL = 32;

    private Picture() {}

    /** The factor by which pictures of that shape are thinned for a grid. */
    static int thinning(Shape shape) {
        return Math.max(1, (Math.max(shape.rows(), shape.columns()) + SMALL - 1) / SMALL);
    }

    /** The shape that a thinned picture has. */
    static Shape thinned(Shape shape) {
        int by = thinning(shape);
        return new Shape((shape.rows() + by - 1) / by, (shape.columns() + by - 1) / by);
    }

    /** Means of the squares of pixels, of a picture that begins there, that become one pixel each. */
    static float[] thin(float[] values, int from, Shape shape) {
        int by = thinning(shape);
        Shape small = thinned(shape);
        float[] thin = new float[small.rows() * small.columns()];
        int[] count = new int[thin.length];
        for (int y = 0; y < shape.rows(); y++) {
            for (int x = 0; x < shape.columns(); x++) {
                int at = y / by * small.columns() + x / by;
                thin[at] += values[from + y * shape.columns() + x];
                count[at]++;
            }
        }
        for (int at = 0; at < thin.length; at++) {
            thin[at] /= count[at];
        }
        return thin;
    }

    /** Values around 0 as bytes around 128: the one furthest from 0 is 1 or 255. */
    static void diverging(float[] values, byte[] to, int offset) {
        float most = largest(values);
        for (int i = 0; i < values.length; i++) {
            to[offset + i] = (byte) Math.round(MIDDLE + (most == 0 ? 0 : MOST * values[i] / most));
        }
    }

    static byte[] diverging(float[] values) {
        byte[] bytes = new byte[values.length];
        diverging(values, bytes, 0);
        return bytes;
    }

    /** The greatest distance from 0. */
    static float largest(float[] values) {
        float most = 0;
        for (float value : values) {
            most = Float.isFinite(value) ? Math.max(most, Math.abs(value)) : most;
        }
        return most;
    }

    /** Values in a range as grey values; 0 where one is missing. */
    static void greys(float[] values, Range range, byte[] to, int offset) {
        for (int i = 0; i < values.length; i++) {
            to[offset + i] = (byte) (int) (255 * range.place(values[i]) + 0.5);
        }
    }
}
