package io.sparsestream.api;

import java.util.Random;

/** Vectors of four numbers, of which three follow from the first. */
final class Readings {
    static final AutoencoderSettings SETTINGS =
            AutoencoderSettings.preset("vectors").inputs(4).engine(Engine.PORTABLE);
    static final int BATCH = 8;

    private Readings() {}

    static float[][] of(int count) {
        Random random = new Random(7);
        float[][] vectors = new float[count][];
        for (int i = 0; i < count; i++) {
            float load = random.nextFloat();
            vectors[i] = new float[] {
                40 + 30 * load + random.nextFloat(),
                2 + load + 0.05f * random.nextFloat(),
                0.1f + 0.2f * load + 0.02f * random.nextFloat(),
                100 * load + 2 * random.nextFloat()
            };
        }
        return vectors;
    }
}
