package io.sparsestream.crash;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;

/**
 * The wall clock of processes, which a run moves while they live. It is a library in C that the processes load before all
 * others, so it needs gcc and Linux. Nothing else moves: neither the broker's clock nor {@link System#nanoTime}.
 */
final class ShiftableClock {
    private final Path library;
    private final Path file;

    private ShiftableClock(Path library, Path file) {
        this.library = library;
        this.file = file;
    }

    /** One that goes right; empty where there is no gcc. */
    static Optional<ShiftableClock> in(Path directory) throws IOException, InterruptedException {
        Path source = directory.resolve("shiftclock.c");
        try (InputStream resource = ShiftableClock.class.getResourceAsStream("shiftclock.c")) {
            Files.copy(resource, source);
        }
        Path library = directory.resolve("shiftclock.so");
        ProcessBuilder gcc = new ProcessBuilder(
                        "gcc", "-shared", "-fPIC", "-O1", "-o", library.toString(), source.toString(), "-ldl")
                .inheritIO();
        try {
            if (gcc.start().waitFor() != 0) {
                return Optional.empty();
            }
        } catch (IOException e) { // not installed
            return Optional.empty();
        }
        ShiftableClock clock = new ShiftableClock(library, directory.resolve("clock-shift"));
        clock.shift(0);
        return Optional.of(clock);
    }

    /** For processes that are to go by this clock. */
    Map<String, String> environment() {
        return Map.of("LD_PRELOAD", library.toString(), "CLOCK_SHIFT", file.toString());
    }

    /** @param seconds ahead of the right time; below 0 behind it */
    void shift(long seconds) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
        bytes.putLong(seconds).flip();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(bytes, 0); // over the old value: the processes have mapped the file
        }
    }
}
