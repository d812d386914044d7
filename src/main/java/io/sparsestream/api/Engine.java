package io.sparsestream.api;

import io.sparsestream.learn.MatrixProduct;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.learn.nd4j.OpenBlas;

/** What multiplies matrices. Engines differ in the last bits of the weights, and in speed where layers are wide. */
public enum Engine {
    /** {@link #NATIVE} where that is there, else {@link #PORTABLE}. */
    AUTO,
    /** OpenBLAS: takes {@code org.nd4j:nd4j-native-platform} and {@code org.bytedeco:openblas-platform} on the class path. */
    NATIVE,
    /** Plain Java: the same bits on every machine. */
    PORTABLE;

    /**
     * A new product for one learner.
     *
     * @return what the learner multiplies with
     * @throws IllegalStateException saying why if there is no native library and no other will do
     */
    public MatrixProduct newProduct() {
        return switch (this) {
            case PORTABLE -> new PortableProduct();
            case NATIVE -> openBlas();
            case AUTO -> {
                try {
                    yield openBlas();
                } catch (IllegalStateException e) {
                    yield new PortableProduct();
                }
            }
        };
    }

    private static MatrixProduct openBlas() {
        try {
            return new OpenBlas();
        } catch (LinkageError e) {
            throw new IllegalStateException(
                    "no native matrix products for " + System.getProperty("os.name") + " "
                            + System.getProperty("os.arch") + " (" + e.getMessage() + ")",
                    e);
        }
    }
}
