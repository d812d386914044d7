package io.sparsestream.learn;

/** What a pass through the layers leaves behind: sums and activations of each [B × out], the same array where it may be. */
final class Pass {
    final float[][] sums;
    final float[][] activations;

    /** @param keepsSums whether the hidden layers' sums are wanted even where no function reads them */
    Pass(int batch, Architecture architecture, Activation[] functions, boolean keepsSums) {
        sums = new float[architecture.layers()][];
        activations = new float[architecture.layers()][];
        for (int layer = 0; layer < sums.length; layer++) {
            int floats = MiniBatch.floats(batch, architecture.sizes().get(layer + 1));
            activations[layer] = new float[floats];
            boolean kept = keepsSums && layer < architecture.hiddenLayers() || functions[layer].needsSums();
            sums[layer] = kept ? new float[floats] : activations[layer];
        }
    }

    /** Another one that has the same arrays up to the sums of a layer. */
    Pass(int batch, Architecture architecture, Activation[] functions, boolean keepsSums, Pass other, int layer) {
        this(batch, architecture, functions, keepsSums);
        System.arraycopy(other.activations, 0, activations, 0, layer);
        System.arraycopy(other.sums, 0, sums, 0, layer + 1);
    }
}
