package io.sparsestream.message;

/**
 * What the units of the first layer look for, as pictures: 128 is a weight of 0, 1 and 255 are minus and plus the unit's
 * scale or beyond.
 *
 * @param scale of each unit: three times its root mean square weight, since the largest one may belong to a pixel of
 *     the border that hardly any image inks
 * @param greys uint8 [units × pixels]
 */
public record FilterPixels(float[] scale, byte[] greys) {
    /** @param weights float32 [pixels × units] */
    public static FilterPixels of(float[] weights, int units) {
        float[] scale = scale(weights, units);
        int pixels = weights.length / units;
        byte[] greys = new byte[weights.length];
        for (int unit = 0; unit < units; unit++) {
            float toGrey = scale[unit] == 0 ? 0 : 127 / scale[unit];
            for (int i = 0; i < pixels; i++) {
                float offset = toGrey * weights[i * units + unit];
                greys[unit * pixels + i] = (byte) Math.round(128 + Math.max(-127, Math.min(127, offset)));
            }
        }
        return new FilterPixels(scale, greys);
    }

    private static float[] scale(float[] weights, int units) {
        float[] scale = new float[units];
        for (int i = 0; i < weights.length; i++) {
            scale[i % units] += weights[i] * weights[i];
        }
        int pixels = weights.length / units;
        for (int unit = 0; unit < units; unit++) {
            scale[unit] = 3 * (float) Math.sqrt(scale[unit] / pixels);
        }
        return scale;
    }
}
