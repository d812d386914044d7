package io.sparsestream.compare;

import java.awt.Color;
import java.util.List;
import java.util.Map;

/** The colours of pictures and charts: those of the live page and of the dashboards. */
final class Palette {
    static final Color PAPER = new Color(0xf6f6f3);
    static final Color LINE = new Color(0xd5d4cf);
    static final Color INK = new Color(0x1d2126);
    static final Color SOFT = new Color(0x5b626b);

    private static final Color BELOW = new Color(0x2c6fb5);
    private static final Color MIDDLE = Color.WHITE;
    private static final Color ABOVE = new Color(0xc4541a);

    /** A preset has the same colour everywhere. */
    private static final Map<String, Color> PRESETS = Map.of(
            "plain", new Color(0xc4541a),
            "sparse", new Color(0x2f7fc1),
            "selective", new Color(0x12805c),
            "sharp", new Color(0x8a5fb0),
            "dictionary", new Color(0xb8860b),
            "vectors", new Color(0xc2477f));

    /** Of other models, in their order; the first two differ for colour-blind eyes, too. */
    private static final List<Color> OTHERS = List.of(
            new Color(0x2f7fc1),
            new Color(0xc4541a),
            new Color(0x12805c),
            new Color(0x8a5fb0),
            new Color(0xb8860b),
            new Color(0x5b626b));

    private Palette() {}

    /** @param place of the model among those that are shown, from 0 */
    static Color of(String model, int place) {
        return PRESETS.getOrDefault(model, OTHERS.get(place % OTHERS.size()));
    }

    /** @param grey from 0, black, to 255 */
    static int grey(int grey) {
        return grey << 16 | grey << 8 | grey;
    }

    /** Blue below 0, white at it, orange above; safe for colour-blind eyes. */
    static int diverging(double value, double scale) {
        double part = Math.max(-1, Math.min(1, value / scale));
        Color to = part < 0 ? BELOW : ABOVE;
        double share = Math.abs(part);
        return mix(MIDDLE.getRed(), to.getRed(), share) << 16
                | mix(MIDDLE.getGreen(), to.getGreen(), share) << 8
                | mix(MIDDLE.getBlue(), to.getBlue(), share);
    }

    private static int mix(int from, int to, double share) {
        return (int) Math.round(from + share * (to - from));
    }
}
