package io.sparsestream.cli.option;

import io.sparsestream.api.Engine;
import io.sparsestream.cli.terminal.CommandException;
import io.sparsestream.learn.MatrixProduct;
import picocli.CommandLine.Option;

/** What multiplies the matrices. */
@About(Section.LEARNING)
public final class EngineOption {
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
        try {
            return (engine == Engine.AUTO ? Engine.NATIVE : engine).newProduct();
        } catch (IllegalStateException e) {
            if (engine != Engine.AUTO) {
                throw new CommandException(e.getMessage() + ": use --engine portable");
            }
            System.err.println("warning: " + e.getMessage() + "; training goes on in plain Java, more slowly");
            engine = Engine.PORTABLE; // and warn only once
            return engine.newProduct();
        }
    }
}
