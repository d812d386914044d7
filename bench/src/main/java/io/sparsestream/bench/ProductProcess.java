package io.sparsestream.bench;

import io.sparsestream.Main;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A command of the product in a process of its own, whose processor time and memory are looked at while it runs. */
final class ProductProcess implements AutoCloseable {
    private static final int POLL_MILLIS = 100;
    private static final double CLOCK_TICKS_PER_SECOND = 100; // of /proc/PID/stat, fixed on Linux

    private final Process process;
    private final Path output;
    private double cpuSeconds;
    private double peakMegabytes;

    private ProductProcess(Path output, ProcessBuilder builder, List<String> arguments) throws IOException {
        this.output = output;
        builder.command().addAll(arguments);
        builder.redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1"); // as scripts/demo does
        process = builder.start();
    }

    /** The demo as its users start it. */
    static ProductProcess demo(Version version, Path output, List<String> options) throws IOException {
        return new ProductProcess(output, version.demo(), options);
    }

    /** Another command, of this version. */
    static ProductProcess start(Path output, List<String> command) throws IOException {
        return new ProductProcess(output, Version.THIS.process(Main.class), command);
    }

    /** The same in another heap, such as {@code -Xmx2g}. */
    static ProductProcess start(Path output, String heap, List<String> command) throws IOException {
        return new ProductProcess(output, Version.THIS.process(Main.class, heap), command);
    }

    /** A broker whose log and data are in that directory. */
    static ProductProcess broker(Path work) throws IOException {
        return start(
                work.resolve("broker.log"),
                List.of("broker", "--port", "0", "--dir", work.resolve("broker").toString()));
    }

    /** A replay of that data set, whose log is in that directory. */
    static ProductProcess replay(Path work, String bootstrapServers, Path data, List<String> options)
            throws IOException {
        List<String> command = new ArrayList<>(
                List.of("replay", "--bootstrap-servers=" + bootstrapServers, "--data=" + data.toAbsolutePath()));
        command.addAll(options);
        return start(work.resolve("replay.log"), command);
    }

    /** Where the broker can be reached, once it can. */
    String bootstrapServers() throws IOException, InterruptedException {
        return awaitLine("127.0.0.1:").replaceAll(".*(127\\.0\\.0\\.1:\\d+).*", "$1");
    }

    /** The address of its page, once that is served. */
    URI page() throws IOException, InterruptedException {
        return URI.create(awaitLine("http://").replaceAll(".*(http://[0-9.:]+).*", "$1/"));
    }

    /** Ends it at once, by SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Waits for a successful end. */
    void await() throws IOException, InterruptedException {
        while (process.isAlive()) {
            look();
            Thread.sleep(POLL_MILLIS);
        }
        if (process.exitValue() != 0) {
            throw failure("has failed");
        }
    }

    /** Waits until a line of its output contains the text, and returns that line. */
    String awaitLine(String text) throws IOException, InterruptedException {
        while (true) {
            for (String line : Files.readAllLines(output)) {
                if (line.contains(text)) {
                    return line;
                }
            }
            if (!process.isAlive()) {
                throw failure("has ended without '" + text + "'");
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    /** @throws IllegalStateException with what it has printed, if it has ended */
    void requireAlive() throws IOException {
        if (!process.isAlive()) {
            throw failure("has ended");
        }
    }

    /** What it has printed so far. */
    List<String> lines() throws IOException {
        return Files.readAllLines(output);
    }

    private IllegalStateException failure(String what) throws IOException {
        return new IllegalStateException(process.info().commandLine().orElse("the command") + " " + what + ": "
                + String.join(" / ", Files.readAllLines(output)));
    }

    /** Reads time and memory so far; Linux tells them under /proc until the process ends. */
    void look() throws IOException {
        Path proc = Path.of("/proc", String.valueOf(process.pid()));
        if (!Files.exists(proc.resolve("stat"))) {
            return;
        }
        String stat = Files.readString(proc.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        cpuSeconds = (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / CLOCK_TICKS_PER_SECOND;
        for (String line : Files.readAllLines(proc.resolve("status"))) {
            if (line.startsWith("VmHWM:")) {
                peakMegabytes = Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
            }
        }
    }

    /**
     * Processor time so far of the threads that live now.
     *
     * @param names the first 15 characters of them, which is what Linux keeps
     */
    double cpuSecondsOf(Set<String> names) throws IOException {
        double ticks = 0;
        try (Stream<Path> tasks = Files.list(Path.of("/proc", String.valueOf(process.pid()), "task"))) {
            for (Path task : tasks.toList()) {
                String stat;
                try {
                    stat = Files.readString(task.resolve("stat"));
                } catch (IOException e) {
                    continue; // that thread has ended
                }
                int end = stat.lastIndexOf(')');
                if (names.contains(stat.substring(stat.indexOf('(') + 1, end))) {
                    String[] fields = stat.substring(end + 2).split(" ");
                    ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
                }
            }
        }
        return ticks / CLOCK_TICKS_PER_SECOND;
    }

    double cpuSeconds() {
        return cpuSeconds;
    }

    double peakMegabytes() {
        return peakMegabytes;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
