package io.sparsestream.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The handle of a {@link Worker}. */
final class WorkerProcess implements AutoCloseable {
    private static final double WARM_UP_SECONDS = 5;

    private final String name;
    private final Size size;
    private final Process process;
    private final BufferedReader out;
    private final Writer in;
    private double rate; // steps per second, last measured
    private double loss;

    /** A contender of this version. */
    WorkerProcess(String name, Size size, Path data) {
        this(Version.THIS, name, size, data);
    }

    WorkerProcess(Version version, String name, Size size, Path data) {
        this.name = name;
        this.size = size;
        ProcessBuilder builder = version.process(
                        Worker.class, "-Dai.djl.pytorch.num_threads=1", "-Dai.djl.pytorch.num_interop_threads=1")
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.command()
                .addAll(List.of(
                        name,
                        String.valueOf(size.width()),
                        String.valueOf(size.batch()),
                        data.toAbsolutePath().toString()));
        if (size.kind() != Size.Kind.DIGITS) {
            builder.command().add(size.kind().name());
        }
        // One compute thread for everybody; ours asks for it itself.
        builder.environment().put("OMP_NUM_THREADS", "1");
        builder.environment().put("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1"); // for everybody, too
        builder.environment().put("TF_CPP_MIN_LOG_LEVEL", "2");
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out = process.inputReader(StandardCharsets.UTF_8);
        in = process.outputWriter(StandardCharsets.UTF_8);
        answer();
        run(5);
        double start = System.nanoTime();
        while (System.nanoTime() - start < WARM_UP_SECONDS * 1e9) {
            run(stepsIn(0.3));
        }
    }

    String name() {
        return name;
    }

    Size size() {
        return size;
    }

    double loss() {
        return loss;
    }

    /** Runs for about so long and returns the steps per second. */
    double measure(double seconds) {
        run(stepsIn(seconds));
        return rate;
    }

    private int stepsIn(double seconds) {
        return (int) Math.max(1, Math.round(rate * seconds));
    }

    /** Tells the worker to go on, without waiting for the answer; several can run at once so. */
    void begin(int steps) {
        try {
            in.write(steps + "\n");
            in.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for what {@link #begin} began, and returns the steps per second. */
    double end(int steps) {
        String[] answer = answer().split(" ");
        rate = steps / (Long.parseLong(answer[0]) / 1e9);
        loss = Double.parseDouble(answer[1]);
        return rate;
    }

    private void run(int steps) {
        begin(steps);
        end(steps);
    }

    private String answer() {
        try {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith(Worker.ANSWER)) {
                    return line.substring(Worker.ANSWER.length());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException(name + " has ended; run it alone to see why: java -cp ... "
                + Worker.class.getName() + " " + name + " " + size.width() + " " + size.batch() + " DATA");
    }

    @Override
    public void close() {
        process.destroy();
    }
}
