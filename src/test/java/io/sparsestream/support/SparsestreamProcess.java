package io.sparsestream.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command of sparsestream as a process of its own, its output appended to a file. */
public final class SparsestreamProcess {
    private static final int STOP_LIMIT_SECONDS = 60;
    private static final String MAIN = "io.sparsestream.Main";

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
    public static SparsestreamProcess start(Path output, Map<String, String> environment, List<String> arguments)
            throws IOException {
        return start(Launcher.present(), output, environment, arguments);
    }

    /** A command of that version, with further variables of its environment. */
    public static SparsestreamProcess start(
            Launcher version, Path output, Map<String, String> environment, List<String> arguments) throws IOException {
        return launch(output, environment, version.command("512m", MAIN, arguments));
    }

    /** A command of that version. */
    public static SparsestreamProcess start(Launcher version, Path output, List<String> arguments) throws IOException {
        return start(version, output, MAIN, arguments);
    }

    /** Another main class on that version's class path. */
    public static SparsestreamProcess start(Launcher version, Path output, String main, List<String> arguments)
            throws IOException {
        return launch(output, Map.of(), version.command("512m", main, arguments));
    }

    /** Kafka's own broker, which is no command of ours. */
    public static SparsestreamProcess startKafka(Launcher version, Path output, Path config) throws IOException {
        return launch(output, Map.of(), version.command("256m", "kafka.Kafka", List.of(config.toString())));
    }

    private static SparsestreamProcess launch(Path output, Map<String, String> environment, List<String> command)
            throws IOException {
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

    /** SIGSTOP: it does nothing until it is told to {@link #goOn}. */
    public void pause() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** SIGCONT. */
    public void goOn() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(pid()))
                .inheritIO()
                .start()
                .waitFor();
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
