package io.sparsestream.support;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a version of sparsestream is started as a process.
 *
 * @param options of the JVM
 * @param isNice whether others have precedence on the processor
 */
public record Launcher(List<String> options, String classPath, boolean isNice) {
    private static final String JAVA_HOME = System.getProperty("java.home");
    private static final String JAR = "target/sparsestream.jar";

    /** A version on a class path of its own. */
    public static Launcher of(String classPath) {
        return new Launcher(List.of(), classPath, false);
    }

    /**
     * The present version: once it is packaged the jar, with the options that people run it with and the archive of
     * scripts/class-archive, with which a start takes half the time; before that the classes.
     */
    public static Launcher present() {
        String classPath = System.getProperty("java.class.path");
        return jar(classPath).map(Launcher::packaged).orElseGet(() -> of(classPath));
    }

    /** The same with less claim on the processor than others: for a process that would take all of it. */
    public Launcher nice() {
        return new Launcher(options, classPath, true);
    }

    private static Optional<Path> jar(String classPath) {
        return Stream.of(classPath.split(File.pathSeparator))
                .map(Path::of)
                .filter(each -> each.endsWith(JAR))
                .findFirst();
    }

    private static Launcher packaged(Path jar) {
        Path project = jar.toAbsolutePath().getParent().getParent();
        return new Launcher(
                List.of(
                        "@" + project.resolve("scripts/jvm.options"),
                        "-XX:SharedArchiveFile=" + project.resolve("target/sparsestream.jsa"),
                        "-Xlog:cds=off",
                        "-Xlog:cds+dynamic=off"),
                project.resolve(JAR).toString(),
                false);
    }

    /**
     * The command line of a main class.
     *
     * @param heap at most, such as {@code 512m}
     */
    public List<String> command(String heap, String main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        if (isNice) {
            command.addAll(List.of("nice", "-n", "10"));
        }
        command.add(Path.of(JAVA_HOME, "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-Xmx" + heap, "-cp", classPath, main));
        command.addAll(arguments);
        return command;
    }
}
