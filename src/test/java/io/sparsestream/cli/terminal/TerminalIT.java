package io.sparsestream.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.support.Launcher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process prints where nobody looks. */
class TerminalIT {
    @TempDir
    Path directory;

    /** As a person sees it; the process's own streams are files here. */
    @Test
    void aFileIsNoTerminalAndWithoutAUnicodeLocaleItIsAscii() throws Exception {
        Path out = directory.resolve("out");
        List<String> command = Launcher.present()
                .command(
                        "256m",
                        "io.sparsestream.Main",
                        List.of("simulate", "--images=120", "--replicas=1", "--sync-every=1", "--layers=784-4-784"));
        ProcessBuilder process =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD);
        process.environment().put("LC_ALL", "C");
        process.environment().put("JAVA_TOOL_OPTIONS", "-Duser.language=ar -Duser.country=EG");
        Process started = process.start();
        assertThat(started.waitFor(100, TimeUnit.SECONDS)).isTrue();
        assertThat(started.exitValue()).isZero();
        assertThat(ascii(out)).contains("| 1 | - | 120 | 0.").doesNotContain("?");
    }

    private static String ascii(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.US_ASCII); // fails on any other byte
    }
}
