package io.sparsestream.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sparsestream.message.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A schema registry in memory, which says what Apicurio's says; it can be away, and answer with errors. */
public final class RegistryServer implements AutoCloseable {
    private static final Pattern BY_ID = Pattern.compile("/schemas/ids/(\\d+)");
    private static final Pattern VERSIONS = Pattern.compile("/subjects/([^/]+)/versions(?:/(\\d+))?");

    private final List<Map<String, Object>> schemas = new CopyOnWriteArrayList<>(); // from id 1 on
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile Optional<Integer> error = Optional.empty();
    private volatile Optional<String> authorization = Optional.empty();
    private HttpServer server;
    private int port; // a free one at first

    public RegistryServer() throws IOException {
        comeBack();
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Registers a schema without HTTP; its id. */
    public synchronized int register(Map<String, Object> schema) {
        if (!schemas.contains(schema)) {
            schemas.add(schema);
        }
        return schemas.indexOf(schema) + 1;
    }

    public int register(String schema) {
        return register(Map.of("schema", schema));
    }

    /** What was asked for: methods and paths. */
    public List<String> asked() {
        return List.copyOf(asked);
    }

    /** Answers with that status to all. */
    public void fail(int status) {
        error = Optional.of(status);
    }

    public void recover() {
        error = Optional.empty();
    }

    /** Lets in who has this header alone. */
    public void require(String header) {
        authorization = Optional.of(header);
    }

    /** Nothing listens any more. */
    public void goAway() {
        server.stop(0);
    }

    /** At the same port. */
    public void comeBack() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 0);
        port = server.getAddress().getPort();
        server.createContext("/", this::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            asked.add(exchange.getRequestMethod() + " " + path);
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (error.isPresent()) {
                answer(exchange, error.get(), "<html>oops</html>".getBytes());
            } else if (authorization.isPresent()
                    && !authorization.get().equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                answer(exchange, 401, new byte[0]);
            } else {
                answer(exchange, path, body);
            }
        }
    }

    private void answer(HttpExchange exchange, String path, byte[] body) throws IOException {
        Matcher byId = BY_ID.matcher(path);
        Matcher versions = VERSIONS.matcher(path);
        if (byId.matches()) {
            schema(exchange, Integer.parseUnsignedInt(byId.group(1)));
        } else if (versions.matches() && exchange.getRequestMethod().equals("POST")) {
            JsonNode asked = Json.tree(body);
            if (asked.path("schema").asText().contains("refused")) {
                error(exchange, 409, 409, "Incompatible schema");
            } else {
                answer(
                        exchange,
                        200,
                        Json.write(Map.of("id", register(asked.path("schema").asText()))));
            }
        } else if (versions.matches()) {
            schema(exchange, Integer.parseInt(versions.group(2)));
        } else {
            error(exchange, 404, 404, "HTTP 404 Not Found");
        }
    }

    private void schema(HttpExchange exchange, int id) throws IOException {
        if (id >= 1 && id <= schemas.size()) {
            answer(exchange, 200, Json.write(schemas.get(id - 1)));
        } else {
            error(exchange, 404, 40403, "No content with ID '" + Integer.toUnsignedString(id) + "' was found.");
        }
    }

    private static void error(HttpExchange exchange, int status, int code, String message) throws IOException {
        answer(exchange, status, Json.write(Map.of("error_code", code, "message", message)));
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        goAway();
    }
}
