package io.sparsestream.web;

/**
 * What the units of the first hidden layer look for, and which digits make them fire.
 *
 * @param rows height of an image
 * @param columns width of an image
 * @param scale weight of each unit that is shown at full colour: three times its root mean square weight, since the
 *     largest one may belong to a pixel of the border that hardly any image inks
 * @param pixels weights of every unit as grey values [units × pixels]: 128 is 0, 1 and 255 are minus and plus scale or
 *     beyond
 * @param selectivity mean activation [label][unit]
 * @param labelled images of each label that the selectivity has seen
 */
record Filters(
        String model,
        long step,
        String layer,
        int rows,
        int columns,
        float[] scale,
        byte[] pixels,
        float[][] selectivity,
        long[] labelled) {

    static Filters of(Snapshot snapshot, Selectivity selectivity) {
        int inputs = snapshot.architecture.inputs();
        Shape shape = Shape.of(inputs);
        float[] scale = scale(snapshot.weights, snapshot.units());
        return new Filters(
                snapshot.activations.model(),
                snapshot.activations.step(),
                snapshot.layer(),
                shape.rows(),
                shape.columns(),
                scale,
                pixels(snapshot.weights, scale, inputs),
                selectivity.means(),
                selectivity.images());
    }

    private static float[] scale(float[] weights, int units) {
        float[] scale = new float[units];
        for (int i = 0; i < weights.length; i++) {
            scale[i % units] += weights[i] * weights[i];
        }
        int inputs = weights.length / units;
        for (int unit = 0; unit < units; unit++) {
            scale[unit] = 3 * (float) Math.sqrt(scale[unit] / inputs);
        }
        return scale;
    }

    /** @param weights [inputs × units] */
    private static byte[] pixels(float[] weights, float[] scale, int inputs) {
        int units = scale.length;
        byte[] pixels = new byte[weights.length];
        for (int unit = 0; unit < units; unit++) {
            float toGrey = scale[unit] == 0 ? 0 : 127 / scale[unit];
            for (int i = 0; i < inputs; i++) {
                float offset = toGrey * weights[i * units + unit];
                pixels[unit * inputs + i] = (byte) Math.round(128 + Math.max(-127, Math.min(127, offset)));
            }
        }
        return pixels;
    }
}
