package io.sparsestream.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;


/** How every process that is measured is started: with the demo's options, so that only what it does differs. */
final class Jvm {
    static final List<String> OPTIONS = List.of("-Xmx1g", "@scripts/jvm.options");

    private Jvm() {}

    /** The command line of a main class; its arguments can be added. */
    static List<String> line(Class<?> main, String... options) {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(OPTIONS);
        line.addAll(List.of(options));
        line.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        return line;
    }
}
