package io.sparsestream.learn;

/** The matrix products of one layer behind the first. */
interface LayerProducts {
    /**
     * z = x · weight + bias
     *
     * @param x [B × in]
     * @param weight [in × out]
     * @param z [B × out]
     */
    void forward(float[] x, int images, float[] weight, float[] bias, float[] z);

    /**
     * gradient = xᵀ · delta and before = delta · weightᵀ + pull, for x and weight of the last {@link #forward}.
     *
     * @param delta [B × out]
     * @param gradient [in × out]
     * @param pull [in]
     * @param before [B × in]
     */
    void backward(float[] delta, int images, float[] gradient, float[] pull, float[] before);
}
