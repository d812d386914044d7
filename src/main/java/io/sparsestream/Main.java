package io.sparsestream;

import io.sparsestream.cli.Cli;
import java.util.Locale;

/** Entry point. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT); // for what libraries print
        System.exit(Cli.runInTerminal(args));
    }
}
