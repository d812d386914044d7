package io.sparsestream.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects tables; writes them as JSON, and as Markdown for people. */
final class Report {
    private final Map<String, String> machine = new LinkedHashMap<>();
    private final List<Table> tables = new ArrayList<>();

    /**
     * One table.
     *
     * @param title what was measured
     * @param columns headings
     * @param rows cells of the Markdown table
     * @param samples the numbers behind it, by name
     */
    private record Table(
            String title, List<String> columns, List<List<String>> rows, Map<String, List<Double>> samples) {}

    Report() throws IOException {
        machine.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        machine.put("processor", processor());
        machine.put("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
        machine.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        machine.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
        // Left to itself, OpenBLAS takes the kernels for the processor; some machines tell it to take others.
        System.getenv().forEach((name, value) -> {
            if (name.startsWith("OPENBLAS_")) {
                machine.put(name, value);
                System.err.println("warning: " + name + "=" + value + " is set: not what OpenBLAS chooses by itself");
            }
        });
    }

    private static String processor() throws IOException {
        Path info = Path.of("/proc/cpuinfo");
        if (!Files.exists(info)) {
            return System.getProperty("os.arch");
        }
        Map<String, String> found = new LinkedHashMap<>();
        for (String line : Files.readAllLines(info)) {
            String[] parts = line.split("\\s*:\\s*", 2);
            if (parts.length == 2) {
                found.putIfAbsent(parts[0], parts[1]);
            }
        }
        return found.getOrDefault("model name", "?") + ", family " + found.get("cpu family") + " model "
                + found.get("model") + (found.getOrDefault("flags", "").contains("avx512f") ? ", AVX-512" : "");
    }

    /** Adds a table and prints it. */
    void add(String title, List<String> columns, List<List<String>> rows, Map<String, Sample> samples) {
        Map<String, List<Double>> values = new LinkedHashMap<>();
        samples.forEach((name, sample) -> values.put(name, sample.values()));
        Table table = new Table(title, columns, rows, values);
        tables.add(table);
        System.out.println(markdown(table));
    }

    private static String markdown(Table table) {
        StringBuilder text = new StringBuilder("### " + table.title() + "\n\n");
        row(text, table.columns());
        row(text, table.columns().stream().map(column -> "---").toList());
        table.rows().forEach(cells -> row(text, cells));
        return text.toString();
    }

    private static void row(StringBuilder text, List<String> cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    /** Writes bench.json and bench.md. */
    void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("machine", machine);
        all.put("tables", tables);
        new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(directory.resolve("bench.json").toFile(), all);
        StringBuilder text = new StringBuilder();
        machine.forEach((name, value) ->
                text.append("- ").append(name).append(": ").append(value).append('\n'));
        tables.forEach(table -> text.append('\n').append(markdown(table)));
        Files.writeString(directory.resolve("bench.md"), text);
        System.out.println("written: " + directory.resolve("bench.json") + ", " + directory.resolve("bench.md"));
    }
}
