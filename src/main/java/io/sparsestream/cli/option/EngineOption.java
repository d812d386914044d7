package io.sparsestream.cli.option;

import io.sparsestream.api.Engine;
import io.sparsestream.cli.terminal.CommandException;
import io.sparsestream.learn.MatrixProduct;
import java.util.function.Supplier;
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
     * Loads the library. A command calls this before it starts brokers and clients, whose threads load libraries of theirs:
     * JavaCPP calls {@code dlopen} from a callback of {@code dl_iterate_phdr}, so it takes glibc's locks in the other order,
     * and a demo that loaded both at once was seen to hang for ever.
     *
     * @return a new product for each learner
     * @throws CommandException if there are no such native libraries here
     */
    public Supplier<MatrixProduct> load() {
        Engine loaded = engine == Engine.AUTO ? Engine.NATIVE : engine;
        try {
            loaded.newProduct();
            return loaded::newProduct;
        } catch (IllegalStateException e) {
            if (engine != Engine.AUTO) {
                throw new CommandException(e.getMessage() + ": use --engine portable");
            }
            System.err.println("warning: " + e.getMessage() + "; training goes on in plain Java, more slowly");
            return Engine.PORTABLE::newProduct;
        }
    }
}
