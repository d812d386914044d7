package io.sparsestream.soak;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
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
    double heap(Path histogram) throws IOException {
        List<String> lines = tell("GC.class_histogram").lines().toList();
        Files.write(histogram, lines.subList(0, Math.min(LARGEST_CLASSES, lines.size())));
        String[] total = lines.get(lines.size() - 1).split(" +"); // Total, instances, bytes
        if (!total[0].equals("Total")) {
            throw new IOException(
                    "the JVM does not tell the heap of process " + pid + ": " + String.join(" / ", lines));
        }
        return Double.parseDouble(total[2]) / MEGABYTE;
    }

    /** What the JVM answers to a command of jcmd, as which it speaks: that would start a JVM for each look. */
    private String tell(String command) throws IOException {
        Path socket = Path.of("/tmp", ".java_pid" + pid);
        if (!Files.exists(socket)) {
            listen();
        }
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(ByteBuffer.wrap(("1\0jcmd\0" + command + "\0\0\0").getBytes(StandardCharsets.UTF_8)));
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void listen() throws IOException {
        try {
            VirtualMachine.attach(Long.toString(pid)).detach();
        } catch (AttachNotSupportedException e) {
            throw new IOException("process " + pid + " takes no commands", e);
        }
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
