package io.sparsestream.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** scripts/demo in a project of its own, whose Javas only note how they were started. */
class DemoScriptTest {
    @TempDir
    Path directory;

    private Path project;

    @BeforeEach
    void makeProject() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "no shell");
        project = Files.createDirectories(directory.resolve("project"));
        Files.createDirectories(project.resolve("src/main"));
        Files.createDirectories(project.resolve("scripts"));
        Files.createDirectories(project.resolve("target"));
        Files.createFile(project.resolve("pom.xml"));
        for (String file : List.of("scripts/demo", "scripts/class-archive", "scripts/jvm.options")) {
            Files.copy(Path.of(file), project.resolve(file));
        }
        Files.createFile(project.resolve("target/sparsestream.jar"));
    }

    private Path java(String version) throws IOException {
        Path home = Files.createDirectories(directory.resolve(version).resolve("bin"))
                .getParent();
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        Path java = home.resolve("bin/java");
        Files.writeString(java, """
                #!/bin/sh
                echo "%s $*" >>"%s/started"
                for argument; do
                  case $argument in -XX:ArchiveClassesAtExit=*) sleep 0.1; echo archive >"${argument#*=}" ;; esac
                done
                """.formatted(java, directory));
        assertThat(java.toFile().setExecutable(true)).isTrue();
        return home;
    }

    /** What was started, in order: the archive of classes, the demo. */
    private List<String> demo(Path home) throws Exception {
        Path started = directory.resolve("started");
        Files.write(started, new byte[0], StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        ProcessBuilder script = new ProcessBuilder("/bin/sh", project.resolve("scripts/demo") + "", "--steps", "7")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile());
        script.environment().put("JAVA_HOME", home.toString());
        Process process = script.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(directory.resolve("output")))
                .isZero();
        return Files.readAllLines(started).stream()
                .map(line -> line.substring(directory.toString().length() + 1)
                        .replaceFirst("/bin/java .*Archive", " ")
                        .replaceFirst("(ClassesAtExit|File).*demo", "$1"))
                .toList();
    }

    @Test
    void takesTheJavaOfJavaHomeAndRenewsTheArchiveForAnotherOrForOtherOptions() throws Exception {
        Path old = java("17");
        List<String> withArchive = List.of("17 ClassesAtExit --steps 60 --port 0", "17 File --steps 7");
        assertThat(demo(old)).isEqualTo(withArchive);
        assertThat(demo(old)).as("again").containsExactly("17 File --steps 7");

        assertThat(demo(java("25"))).containsExactly("25 ClassesAtExit --steps 60 --port 0", "25 File --steps 7");

        assertThat(demo(old)).isEqualTo(withArchive);
        Files.writeString(project.resolve("scripts/jvm.options"), "-XX:+UseSerialGC\n");
        assertThat(demo(old)).as("other options").isEqualTo(withArchive);
    }
}
