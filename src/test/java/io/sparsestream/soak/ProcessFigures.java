package io.sparsestream.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What Linux and the JVM tell of a process, and what Linux tells of a directory. */
final class ProcessFigures {
    private static final double MEGABYTE = 1024 * 1024;
    private static final int LARGEST_CLASSES = 60;

    private final long pid;
    private final Path proc;

    ProcessFigures(long pid) {
        this.pid = pid;
        proc = Path.of("/proc", Long.toString(pid));
    }

    /** Resident memory in MB. */
    double resident() throws IOException {
        return status("VmRSS:") / 1024;
    }

    double threads() throws IOException {
        return status("Threads:");
    }

    double handles() throws IOException {
        try (Stream<Path> handles = Files.list(proc.resolve("fd"))) {
            return handles.count();
        }
    }

    private double status(String name) throws IOException {
        for (String line : Files.readAllLines(proc.resolve("status"))) {
            if (line.startsWith(name)) {
                return Double.parseDouble(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException(proc + " does not tell " + name);
    }

    /**
     * The heap after a full collection in MB: no more than what is in use.
     *
     * @param histogram file for the classes that take most of it
     */
    double heap(Path histogram) throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        List<String> lines = run(jcmd, Long.toString(pid), "GC.class_histogram");
        Files.write(histogram, lines.subList(0, Math.min(LARGEST_CLASSES, lines.size())));
        String[] total = lines.get(lines.size() - 1).split(" +"); // Total, instances, bytes
        if (!total[0].equals("Total")) {
            throw new IOException("jcmd does not tell the heap of process " + pid + ": " + String.join(" / ", lines));
        }
        return Double.parseDouble(total[2]) / MEGABYTE;
    }

    /** What a directory takes of the disk in MB, however much was reserved; files may come and go meanwhile. */
    static double disk(Path directory) throws IOException, InterruptedException {
        List<String> lines = run("du", "-s", "--block-size=1", directory.toString());
        return Double.parseDouble(lines.get(lines.size() - 1).split("\\s")[0]) / MEGABYTE;
    }

    /** What a program prints; what it complains about is left out. */
    private static List<String> run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (Stream<String> lines = process.inputReader(StandardCharsets.UTF_8).lines()) {
            List<String> printed = lines.toList();
            process.waitFor();
            if (printed.isEmpty()) {
                throw new IOException(String.join(" ", command) + " prints nothing");
            }
            return printed;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
