package io.sparsestream.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A dashboard of grafana/dashboards. */
record Dashboard(String file, JsonNode json) {
    private static final Path DIRECTORY = Path.of("grafana", "dashboards");

    static List<Dashboard> all() throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            List<Dashboard> dashboards = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                dashboards.add(new Dashboard(file.getFileName().toString(), mapper.readTree(file.toFile())));
            }
            return dashboards;
        }
    }

    /** Without the rows, which are headings; but with the panels that a closed row holds. */
    List<JsonNode> panels() {
        return everything().filter(panel -> !isRow(panel)).toList();
    }

    /** Those that are seen before anybody has opened a row. */
    List<JsonNode> openPanels() {
        return list(json.get("panels")).stream().filter(panel -> !isRow(panel)).toList();
    }

    /** A field of all panels and rows. */
    Stream<JsonNode> all(String field) {
        return everything().map(panel -> panel.get(field));
    }

    /** The queries of the marks on all charts. */
    List<String> annotations() {
        return stream(json.at("/annotations/list"))
                .filter(annotation -> annotation.has("target"))
                .map(annotation -> annotation.at("/target/expr").asText())
                .toList();
    }

    private Stream<JsonNode> everything() {
        return stream(json.get("panels"))
                .flatMap(panel -> Stream.concat(Stream.of(panel), stream(panel.path("panels"))));
    }

    private static boolean isRow(JsonNode panel) {
        return panel.get("type").asText().equals("row");
    }

    static List<String> expressions(JsonNode panel) {
        return stream(panel.get("targets"))
                .map(target -> target.get("expr").asText())
                .toList();
    }

    /** As Grafana would send it with all layers chosen. */
    static String withVariables(String expression, String models) {
        return expression.replace("$model", models).replace("$layer", ".+").replace("$__rate_interval", "20s");
    }

    static List<JsonNode> list(JsonNode array) {
        return stream(array).toList();
    }

    static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
