package io.sparsestream.upgrade;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** What has come of a fixture, as a text file of {@code name = value} in the order of the names. */
final class Outcome {
    private static final String EQUALS = " = ";

    private Outcome() {}

    static void write(Map<String, String> outcome, Path file) throws IOException {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(outcome)
                .forEach((name, value) ->
                        text.append(name).append(EQUALS).append(value).append('\n'));
        Files.writeString(file, text);
    }

    static Map<String, String> read(Path file) throws IOException {
        Map<String, String> outcome = new LinkedHashMap<>();
        for (String line : Files.readAllLines(file)) {
            int equals = line.lastIndexOf(EQUALS);
            outcome.put(line.substring(0, equals), line.substring(equals + EQUALS.length()));
        }
        return outcome;
    }
}
