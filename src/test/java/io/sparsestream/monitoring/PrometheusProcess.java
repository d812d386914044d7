package io.sparsestream.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real Prometheus on a free port of loopback. */
final class PrometheusProcess implements AutoCloseable {
    private final ObjectMapper mapper = new ObjectMapper();
    private final HttpClient client = HttpClient.newHttpClient();
    private final Process process;
    private final int port;

    /** Whether a program is on the path. */
    static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    /** @param config file with the scrape jobs */
    PrometheusProcess(Path config, Path data) throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        process = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + data,
                        "--web.listen-address=127.0.0.1:" + port,
                        "--log.level=warn")
                .inheritIO()
                .start();
    }

    /** The results of an instant query. */
    List<JsonNode> query(String expression) throws Exception {
        JsonNode answer = get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
        if (!answer.get("status").asText().equals("success")) {
            throw new IllegalArgumentException(expression + ": " + answer.get("error"));
        }
        return Dashboard.stream(answer.get("data").get("result")).toList();
    }

    /** The alert rules that it has loaded, each evaluated at least once. */
    List<JsonNode> alertRules() throws Exception {
        return Dashboard.stream(get("/api/v1/rules?type=alert").get("data").get("groups"))
                .flatMap(group -> Dashboard.stream(group.get("rules")))
                .toList();
    }

    boolean isReady() throws InterruptedException {
        try {
            return send("/-/ready").statusCode() == 200;
        } catch (IOException e) {
            return false; // not listening yet
        }
    }

    private JsonNode get(String path) throws Exception {
        return mapper.readTree(send(path).body());
    }

    private HttpResponse<String> send(String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
