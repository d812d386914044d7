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
        return stream(json.get("panels"))
                .flatMap(panel -> Stream.concat(Stream.of(panel), stream(panel.path("panels"))))
                .filter(panel -> !panel.get("type").asText().equals("row"))
                .toList();
    }

    static List<String> expressions(JsonNode panel) {
        return stream(panel.get("targets"))
                .map(target -> target.get("expr").asText())
                .toList();
    }

    /** As Grafana would send it with all models and layers chosen. */
    static String withVariables(String expression) {
        return expression.replace("$model", ".+").replace("$layer", ".+").replace("$__rate_interval", "20s");
    }

    static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
