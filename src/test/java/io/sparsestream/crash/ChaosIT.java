package io.sparsestream.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sparsestream.support.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code scripts/chaos-test}; skipped where there may be no namespaces. */
class ChaosIT {
    /** As in the script: what runs in them ends with the first process. */
    private static final List<String> NAMESPACES = List.of(
            "setpriv",
            "--pdeathsig",
            "KILL",
            "unshare",
            "--mount",
            "--net",
            "--pid",
            "--fork",
            "--kill-child",
            "--mount-proc");

    @TempDir
    Path directory;

    @Test
    void aModelLearnedOnNetworksThatFailIsThatOfAnUndisturbedRun() throws Exception {
        assumeTrue(mayHaveNetworks(), "needs root, and the programs setpriv, unshare, ip, tc and iptables");
        List<String> command = Launcher.of(System.getProperty("java.class.path"))
                .within(NAMESPACES)
                .command(
                        "512m",
                        ChaosCommand.class.getName(),
                        List.of(
                                "--faults",
                                "4",
                                "--images",
                                "6000",
                                "--pause",
                                "4",
                                "--scenario",
                                "takeover",
                                "--kinds",
                                "trainer-cut,controllers-cut,stop,kill",
                                "--seed",
                                "7"));
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            int exitCode = process.waitFor();
            String text = Files.readString(output);
            System.err.println(text);

            assertThat(text).contains("PASSED: 0 violations");
            assertThat(exitCode).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    private static boolean mayHaveNetworks() throws InterruptedException {
        List<String> command = new ArrayList<>(NAMESPACES);
        command.addAll(List.of("sh", "-c", "ip link set lo up && tc -V && iptables -S"));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException e) { // not installed
            return false;
        }
    }
}
