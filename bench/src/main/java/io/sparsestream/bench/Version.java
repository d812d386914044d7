package io.sparsestream.bench;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A version of the product and its measurements, built: every process of it that is measured starts with the demo's options, so
 * that only what it does differs.
 *
 * @param name for tables
 * @param directory of the checkout, in which its processes start
 * @param classPath of its measurements, which have the product's on theirs
 */
record Version(String name, Path directory, String classPath) {
    /** Of every JVM. */
    static final List<String> OPTIONS = List.of("-Xmx1g", "@scripts/jvm.options");

    /** The one that this process is of. */
    static final Version THIS =
            new Version("sparsestream", Path.of("").toAbsolutePath(), System.getProperty("java.class.path"));

    /** Another checkout, which {@code scripts/bench against} has built. */
    static Version in(Path directory) {
        Path checkout = directory.toAbsolutePath();
        Path jar = checkout.resolve("bench/target/sparsestream-bench.jar");
        return new Version(checkout.getFileName().toString(), checkout, jar.toString());
    }

    /** A process of one of its main classes, ready to be started; arguments can be added to its command. */
    ProcessBuilder process(Class<?> main, String... options) {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(OPTIONS);
        line.addAll(List.of(options));
        // With the libraries of the product's commands, which are optional to others.
        line.addAll(List.of("-cp", classPath + File.pathSeparator + directory.resolve("target/lib/*"), main.getName()));
        return new ProcessBuilder(line).directory(directory.toFile());
    }

    /** Its demo as its users start it. */
    ProcessBuilder demo() {
        return new ProcessBuilder(new ArrayList<>(List.of("scripts/demo"))).directory(directory.toFile());
    }
}
