package io.sparsestream.support;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a version of sparsestream is started as a process.
 *
 * @param options of the JVM
 */
public record Launcher(List<String> options, String classPath) {
    private static final String JAVA_HOME = System.getProperty("java.home");
    private static final String JAR = "target/sparsestream.jar";
    private static Launcher present; // null until it is first asked for

    /** A version on a class path of its own. */
    public static Launcher of(String classPath) {
        return new Launcher(List.of(), classPath);
    }

    /**
     * The present version: once it is packaged the jar, with the options that people run it with and the archive of
     * classes that lets it start in half the time; before that the classes.
     */
    public static synchronized Launcher present() {
        if (present == null) {
            String classPath = System.getProperty("java.class.path");
            present = jar(classPath).map(Launcher::packaged).orElseGet(() -> of(classPath));
        }
        return present;
    }

    private static Optional<Path> jar(String classPath) {
        return Stream.of(classPath.split(File.pathSeparator))
                .map(Path::of)
                .filter(each -> each.endsWith(JAR))
                .findFirst();
    }

    private static Launcher packaged(Path jar) {
        Path project = jar.toAbsolutePath().getParent().getParent();
        makeArchive(project);
        return new Launcher(
                List.of(
                        "@" + project.resolve("scripts/jvm.options"),
                        "-XX:SharedArchiveFile=" + project.resolve("target/sparsestream.jsa"),
                        "-Xlog:cds=off",
                        "-Xlog:cds+dynamic=off"),
                project.resolve(JAR).toString());
    }

    /** Unless there is one that fits. Of several test processes at the same time, one does so, and the others wait. */
    private static void makeArchive(Path project) {
        try (FileChannel channel = FileChannel.open(
                        project.resolve("target/sparsestream.jsa.lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            ProcessBuilder script =
                    new ProcessBuilder(project.resolve("scripts/class-archive").toString()).inheritIO();
            script.redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD);
            script.environment().put("JAVA_HOME", JAVA_HOME);
            if (script.start().waitFor() != 0) {
                throw new IllegalStateException("scripts/class-archive has failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The command line of a main class.
     *
     * @param heap at most, such as {@code 512m}
     */
    public List<String> command(String heap, String main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(JAVA_HOME, "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-Xmx" + heap, "-cp", classPath, main));
        command.addAll(arguments);
        return command;
    }
}
