package io.sparsestream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** ShellCheck finds nothing in the scripts. */
class ScriptsTest {
    private static final List<String> FOLDERS = List.of(".ci", "scripts", "examples");

    @Test
    void shellCheckFindsNothing() throws Exception {
        assumeThat(Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(each -> Files.isExecutable(Path.of(each, "shellcheck"))))
                .as("the program shellcheck (Debian: apt-get install shellcheck) is not installed")
                .isTrue();
        List<String> scripts = new ArrayList<>();
        for (String folder : FOLDERS) {
            try (Stream<Path> files = Files.walk(Path.of(folder))) {
                files.filter(Files::isRegularFile)
                        .filter(ScriptsTest::isShell)
                        .map(Path::toString)
                        .forEach(scripts::add);
            }
        }
        assertThat(scripts).contains(".ci/run", "scripts/demo", "examples/shell/follow.sh");

        List<String> command = new ArrayList<>(List.of("shellcheck", "--external-sources"));
        command.addAll(scripts);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();

        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(process.waitFor()).isZero();
    }

    private static boolean isShell(Path file) {
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            return lines.findFirst().orElse("").matches("#!/bin/(ba)?sh");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
