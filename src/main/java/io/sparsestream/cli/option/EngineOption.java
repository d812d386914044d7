package io.sparsestream.cli.option;

import io.sparsestream.cli.terminal.CommandException;
import io.sparsestream.learn.MatrixProduct;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.learn.nd4j.Nd4jProduct;
import io.sparsestream.learn.nd4j.OpenBlas;
import picocli.CommandLine.Option;

/** What multiplies the matrices. */
@About(Section.LEARNING)
public final class EngineOption {
    private enum Engine {
        AUTO,
        NATIVE,
        PORTABLE,
        ND4J
    }

    @Option(
            names = "--engine",
            defaultValue = "auto",
            paramLabel = "auto|native|portable|nd4j",
            description =
                    "Library for matrix products: native is fast, portable is plain Java; auto is native if there is one"
                            + " for this machine; nd4j is the backend of ND4J on the class path (default: ${DEFAULT-VALUE}).")
    private Engine engine;

    /**
     * A new product for one learner.
     *
     * @throws CommandException if there are no such native libraries here
     */
    public synchronized MatrixProduct newProduct() {
        if (engine == Engine.PORTABLE) {
            return new PortableProduct();
        }
        try {
            return engine == Engine.ND4J ? new Nd4jProduct() : new OpenBlas();
        } catch (LinkageError e) {
            String missing = "no native matrix products for " + System.getProperty("os.name") + " "
                    + System.getProperty("os.arch") + " (" + e.getMessage() + ")";
            if (engine != Engine.AUTO) {
                throw new CommandException(missing + ": use --engine portable");
            }
            System.err.println("warning: " + missing + "; training goes on in plain Java, more slowly");
            engine = Engine.PORTABLE; // and warn only once
            return new PortableProduct();
        }
    }
}
