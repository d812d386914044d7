package io.sparsestream.web;

/**
 * What the units of the first hidden layer look for, and which digits make them fire.
 *
 * @param rows height of an image
 * @param columns width of an image
 * @param scale largest absolute weight of each unit
 * @param pixels weights of every unit as grey values [units × pixels]: 128 is 0, 1 and 255 are minus and plus scale
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
            scale[i % units] = Math.max(scale[i % units], Math.abs(weights[i]));
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
                pixels[unit * inputs + i] = (byte) Math.round(128 + toGrey * weights[i * units + unit]);
            }
        }
        return pixels;
    }
}
