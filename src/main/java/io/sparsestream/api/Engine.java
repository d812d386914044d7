package io.sparsestream.api;

import io.sparsestream.learn.MatrixProduct;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.learn.nd4j.Nd4jProduct;
import io.sparsestream.learn.nd4j.OpenBlas;
import java.util.function.Supplier;

/** What multiplies matrices. Engines differ in the last bits of the weights, and in speed where layers are wide. */
public enum Engine {
    /** {@link #NATIVE} where that is there, else {@link #PORTABLE}. */
    AUTO,
    /** OpenBLAS: takes {@code org.nd4j:nd4j-native-platform} and {@code org.bytedeco:openblas-platform} on the class path. */
    NATIVE,
    /** Plain Java: the same bits on every machine. */
    PORTABLE,
    /** ND4J's own arrays, by whatever backend of it is on the class path. */
    ND4J;

    /**
     * A new product for one learner. The first call loads the native library: it comes before Kafka's clients start, whose
     * threads load libraries of theirs, since both at once can deadlock in glibc (JavaCPP 1.5.13).
     *
     * @return what the learner multiplies with
     * @throws IllegalStateException saying why if there is no native library and no other will do
     */
    public MatrixProduct newProduct() {
        return switch (this) {
            case PORTABLE -> new PortableProduct();
            case NATIVE -> loaded(() -> new OpenBlas());
            case ND4J -> loaded(() -> new Nd4jProduct());
            case AUTO -> {
                try {
                    yield NATIVE.newProduct();
                } catch (IllegalStateException e) {
                    yield new PortableProduct();
                }
            }
        };
    }

    /** @param product a lambda, which is linked where it is called; a reference to the constructor would be linked outside of the try */
    private static MatrixProduct loaded(Supplier<MatrixProduct> product) {
        try {
            return product.get();
        } catch (LinkageError e) {
            throw new IllegalStateException(
                    "no native matrix products for " + System.getProperty("os.name") + " "
                            + System.getProperty("os.arch") + " (" + e.getMessage() + ")",
                    e);
        }
    }
}
