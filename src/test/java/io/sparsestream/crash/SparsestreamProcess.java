package io.sparsestream.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command of sparsestream as a process of its own, its output appended to a file. */
public final class SparsestreamProcess {
    private static final int STOP_LIMIT_SECONDS = 60;
    private static final String CLASS_PATH = System.getProperty("java.class.path");

    private final Process process;
    private final Path output;

    private SparsestreamProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    public static SparsestreamProcess start(Path output, String... arguments) throws IOException {
        return start(output, Map.of(), List.of(arguments));
    }

    /** With further variables of its environment. */
    static SparsestreamProcess start(Path output, Map<String, String> environment, List<String> arguments)
            throws IOException {
        return java(output, "512m", CLASS_PATH, "io.sparsestream.Main", arguments, environment);
    }

    /** A main class of another class path, such as that of an earlier version. */
    public static SparsestreamProcess start(Path output, String classPath, String main, List<String> arguments)
            throws IOException {
        return java(output, "512m", classPath, main, arguments, Map.of());
    }

    /** Kafka's own broker, which is no command of ours. */
    static SparsestreamProcess startKafka(Path output, Path config) throws IOException {
        return java(output, "256m", CLASS_PATH, "kafka.Kafka", List.of(config.toString()), Map.of());
    }

    private static SparsestreamProcess java(
            Path output,
            String heap,
            String classPath,
            String main,
            List<String> arguments,
            Map<String, String> environment)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-cp",
                classPath,
                main));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        builder.environment().putAll(environment);
        Process process = builder.start();
        // A harness that is itself interrupted leaves nothing behind.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return new SparsestreamProcess(process, output);
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Processor time so far, in seconds. */
    public double cpuSeconds() {
        return process.info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
    }

    public long pid() {
        return process.pid();
    }

    /** SIGKILL. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /**
     * SIGTERM.
     *
     * @return seconds until the process had ended
     */
    public double terminate() throws InterruptedException {
        long start = System.nanoTime();
        process.destroy();
        if (!process.waitFor(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)) {
            kill();
            throw new IllegalStateException("a process did not stop within " + STOP_LIMIT_SECONDS + " s of SIGTERM");
        }
        return (System.nanoTime() - start) / 1e9;
    }

    /** What all processes with this file have printed so far. */
    public List<String> lines() throws IOException {
        return Files.readAllLines(output);
    }

    /** No more than so many of them. */
    public List<String> lastLines(int most) throws IOException {
        List<String> lines = lines();
        return lines.isEmpty() ? List.of("(no output)") : lines.subList(Math.max(0, lines.size() - most), lines.size());
    }
}
