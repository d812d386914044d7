package io.sparsestream.support;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a version of sparsestream is started as a process.
 *
 * @param prefix words that the command line begins with, of a program that runs another; none for most
 * @param options of the JVM
 */
public record Launcher(List<String> prefix, List<String> options, String classPath) {
    private static final String JAVA_HOME = System.getProperty("java.home");
    private static final String JAR = "target/sparsestream.jar";

    /** How far this JVM compiles: what it starts for a test is as short as the test. */
    private static final List<String> COMPILER = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(option -> option.startsWith("-XX:TieredStopAtLevel="))
            .toList();

    /** A version on a class path of its own. */
    public static Launcher of(String classPath) {
        return new Launcher(List.of(), List.of(), classPath);
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
        return within(List.of("nice", "-n", "10"));
    }

    /** The same, run by another program. */
    public Launcher within(List<String> program) {
        return new Launcher(program, options, classPath);
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
                List.of(),
                List.of(
                        "@" + project.resolve("scripts/jvm.options"),
                        "-XX:+UnlockDiagnosticVMOptions",
                        "-XX:ArchiveRelocationMode=0",
                        "-XX:SharedArchiveFile=" + project.resolve("target/sparsestream.jsa"),
                        "-Xlog:cds=off"),
                project.resolve(JAR).toString());
    }

    /**
     * The command line of a main class.
     *
     * @param heap at most, such as {@code 512m}
     */
    public List<String> command(String heap, String main, List<String> arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(JAVA_HOME, "bin", "java").toString());
        command.addAll(options);
        command.addAll(COMPILER);
        command.addAll(List.of("-Xmx" + heap, "-cp", classPath, main));
        command.addAll(arguments);
        return command;
    }
}
