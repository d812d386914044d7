package io.sparsestream.deploy;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The program that resolves a kustomization, without a cluster. */
final class Kubectl {
    private static final Map<String, String> RESOLVED = new HashMap<>();

    private Kubectl() {}

    /**
     * What it would apply of a directory of deploy/. The test is skipped where the program is missing.
     *
     * @throws IllegalStateException with what it says if it refuses
     */
    static synchronized String kustomize(String directory) throws IOException, InterruptedException {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(each -> Files.isExecutable(Path.of(each, "kubectl"))),
                "kubectl is not installed");
        if (!RESOLVED.containsKey(directory)) {
            RESOLVED.put(directory, run("kustomize", "deploy/" + directory));
        }
        return RESOLVED.get(directory);
    }

    private static String run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("kubectl"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(output);
        }
        return output;
    }
}
