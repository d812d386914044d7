package io.sparsestream.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** scripts/demo and scripts/sparsestream in a project of their own, whose Javas only note how they were started. */
class DemoScriptTest {
    @TempDir
    Path directory;

    private Path project;

    @BeforeEach
    void makeProject() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "no shell");
        project = Files.createDirectories(directory.resolve("a project"));
        Files.createDirectories(project.resolve("src/main"));
        Files.createDirectories(project.resolve("scripts"));
        Files.createDirectories(project.resolve("target"));
        Files.createFile(project.resolve("pom.xml"));
        for (String file :
                List.of("scripts/demo", "scripts/sparsestream", "scripts/class-archive", "scripts/jvm.options")) {
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
                  case $argument in
                    -Xshare:dump) dumps=true ;;
                    -XX:SharedArchiveFile=*) ${dumps:-false} && sleep 0.1 && echo archive >"${argument#*=}" ;;
                  esac
                done
                """.formatted(java, directory));
        assertThat(java.toFile().setExecutable(true)).isTrue();
        return home;
    }

    /** The exit code; {@code output} has the rest. */
    private int run(Path home, Path script, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("/bin/sh", script.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile());
        builder.environment().put("JAVA_HOME", home.toString());
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    /** What was started, in order: the archive of classes, the demo. */
    private List<String> demo(Path home) throws Exception {
        Path started = directory.resolve("started");
        Files.write(started, new byte[0], StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        assertThat(run(home, project.resolve("scripts/demo"), "--steps", "7"))
                .as(Files.readString(directory.resolve("output")))
                .isZero();
        return Files.readAllLines(started).stream()
                .map(line -> line.substring(directory.toString().length() + 1)
                        .replaceFirst("/bin/java .*?(List|dump|Archive)", " $1")
                        .replaceFirst(
                                " --data " + Pattern.quote(project.resolve("scripts/../data/mnist") + ""), " --data D")
                        .replaceFirst("(List|Archive).*demo", "$1")
                        .replaceFirst("dump.*", "dump"))
                .toList();
    }

    @Test
    void takesTheJavaOfJavaHomeAndRenewsTheArchiveForAnotherOrForOtherOptions() throws Exception {
        Path old = java("17");
        List<String> withArchive = List.of("17 List --steps 60 --port 0 --data D", "17 dump", "17 Archive --steps 7");
        assertThat(demo(old)).isEqualTo(withArchive);
        assertThat(demo(old)).as("again").containsExactly("17 Archive --steps 7");

        assertThat(demo(java("25")))
                .containsExactly("25 List --steps 60 --port 0 --data D", "25 dump", "25 Archive --steps 7");

        assertThat(demo(old)).isEqualTo(withArchive);
        Files.writeString(project.resolve("scripts/jvm.options"), "-XX:+UseSerialGC\n");
        assertThat(demo(old)).as("other options").isEqualTo(withArchive);
    }

    @Test
    void aReleaseRunsAnyCommandFromAnywhereWithItsOwnDataAndOptions() throws Exception {
        Path release = Files.createDirectories(directory.resolve("a release"));
        Path program = Files.createDirectory(release.resolve("bin")).resolve("sparsestream");
        for (String file : List.of("sparsestream", "class-archive", "jvm.options")) {
            Files.copy(Path.of("scripts", file), program.resolveSibling(file));
        }
        Files.createFile(release.resolve("sparsestream.jar"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), program);

        assertThat(run(java("21"), link, "train", "--model", "a b")).isZero();

        assertThat(Files.readAllLines(directory.resolve("started")).get(2))
                .contains(
                        "@" + program.resolveSibling("jvm.options"),
                        "-XX:SharedArchiveFile=" + release.resolve("sparsestream.jsa"),
                        "-Dsparsestream.data=" + release.resolve("data/mnist"))
                .endsWith("-jar " + release.resolve("sparsestream.jar") + " train --model a b");
        assertThat(release.resolve("sparsestream.jsa")).hasContent("archive");
    }

    @Test
    void saysWhatIsMissing() throws Exception {
        Path script = project.resolve("scripts/sparsestream");

        assertThat(run(directory.resolve("nowhere"), script, "--help")).isEqualTo(1);
        assertThat(directory.resolve("output"))
                .content()
                .startsWith(
                        "sparsestream: there is no " + directory + "/nowhere/bin/java: install a Java runtime (17 ");
        assertThat(run(java("1.8.0_392"), script, "--help")).isEqualTo(1);
        assertThat(directory.resolve("output"))
                .content()
                .isEqualTo(
                        "sparsestream: " + directory + "/1.8.0_392/bin/java is too old: install a Java runtime (17 or"
                                + " newer), or set JAVA_HOME to one\n");
        Files.delete(project.resolve("target/sparsestream.jar"));
        assertThat(run(java("17"), script, "--help")).isEqualTo(1);
        assertThat(directory.resolve("output")).content().contains("target/sparsestream.jar: make it by mvn package");
        assertThat(directory.resolve("started")).doesNotExist();
    }
}
