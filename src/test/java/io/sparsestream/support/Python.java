package io.sparsestream.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Python with NumPy, for what others are to read. */
public final class Python {
    private Python() {}

    /** The first on the path, or Debian's. */
    public static Optional<String> withNumpy() throws InterruptedException {
        for (String python : List.of("python3", "/usr/bin/python3")) {
            try {
                if (new ProcessBuilder(python, "-c", "import numpy").start().waitFor() == 0) {
                    return Optional.of(python);
                }
            } catch (IOException e) {
                continue; // not there
            }
        }
        return Optional.empty();
    }

    /** What the program prints; it has to succeed. */
    public static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
