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
            paramLabel = "auto|native|portable",
            description =
                    "Library for matrix products: native is fast, portable is plain Java; auto is native if there is one"
                            + " for this machine (default: ${DEFAULT-VALUE}).")
    private Engine engine;

    /**
     * A new product for one learner.
     *
     * @throws CommandException if native was asked for and there is none
     */
    public synchronized MatrixProduct newProduct() {
        if (engine == Engine.PORTABLE) {
            return engine.newProduct();
        }
        try {
            return Engine.NATIVE.newProduct();
        } catch (IllegalStateException e) {
            if (engine == Engine.NATIVE) {
                throw new CommandException(e.getMessage() + ": use --engine portable");
            }
            System.err.println("warning: " + e.getMessage() + "; training goes on in plain Java, more slowly");
            engine = Engine.PORTABLE; // and warn only once
            return engine.newProduct();
        }
    }
}
