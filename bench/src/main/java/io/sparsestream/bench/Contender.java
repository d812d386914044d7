package io.sparsestream.bench;

import io.sparsestream.learn.PortableProduct;
import io.sparsestream.learn.nd4j.Nd4jProduct;
import io.sparsestream.learn.nd4j.OpenBlas;

/** A library that trains the reference model, sparse preset, on one compute thread. */
interface Contender extends AutoCloseable {
    /** Makes so many training steps, each on the next images of the feed. */
    void train(int steps);

    /** The loss of the last step, to see that the same thing is learned. */
    double loss();

    @Override
    default void close() {}

    /** The contender of that name. */
    static Contender of(String name, Size size, Feed feed) {
        return switch (name) {
            case "sparsestream" -> new SparsestreamStep(new OpenBlas(), size, feed);
            case "portable" -> new SparsestreamStep(new PortableProduct(), size, feed);
            case "engine-nd4j" -> new SparsestreamStep(new Nd4jProduct(), size, feed);
            case "tensorflow" -> new TensorFlowStep(size, feed);
            case "pytorch" -> new PyTorchStep(size, feed);
            case "nd4j" -> new Nd4jStep(size, feed);
            default -> throw new IllegalArgumentException("no contender is called " + name);
        };
    }
}
