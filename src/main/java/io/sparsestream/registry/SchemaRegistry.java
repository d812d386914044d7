package io.sparsestream.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparsestream.message.Json;
import io.sparsestream.message.SchemaSource;
import io.sparsestream.model.ModelException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A schema registry of Confluent's interface, which others have as well. A schema is asked for once: the one with an id never
 * changes. A registry that does not answer, or answers with an error, is asked again for a while; that an id is unknown is an
 * answer.
 */
public final class SchemaRegistry implements SchemaSource {
    private static final Logger LOG = LoggerFactory.getLogger(SchemaRegistry.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final String JSON = "application/vnd.schemaregistry.v1+json";

    /** An unknown id may stand in many records, one after the other; it may be registered later. */
    private static final long UNKNOWN_FOR_NANOS = Duration.ofSeconds(10).toNanos();

    private static final int MAX_UNKNOWN = 1000;

    /** Schemas may refer to others, which may again. */
    private static final int MAX_REFERENCES = 100;

    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int UNPROCESSABLE = 422;

    /** What the registry itself says about what it was asked for, unlike a server that does not know the path. */
    private static final int LEAST_ERROR_CODE = 40_000;

    private final String url; // without user and password, and without a slash at its end
    private final Optional<String> authorization;
    private final Duration patience;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(ANSWER_LIMIT)
            .build();
    private final Map<Integer, List<String>> schemas = new ConcurrentHashMap<>();
    private final Map<Integer, Long> unknown = new ConcurrentHashMap<>(); // since when, as System.nanoTime
    private final CompletableFuture<Void> left = new CompletableFuture<>();

    /** An answer that is none, and may be one later: why, and what to do. */
    private static final class NoAnswerException extends Exception {
        private static final long serialVersionUID = 1;

        NoAnswerException(String why) {
            super(why);
        }
    }

    private SchemaRegistry(String url, Optional<String> authorization, Duration patience) {
        this.url = url;
        this.authorization = authorization;
        this.patience = patience;
    }

    /**
     * The registry at an address; asks it nothing yet.
     *
     * @param url of HTTP or HTTPS; may have user and password in front of the host
     * @throws IllegalArgumentException if it is none
     */
    public static SchemaRegistry at(String url) {
        return at(url, PATIENCE);
    }

    /** @param patience how long it is waited for */
    static SchemaRegistry at(String url, Duration patience) {
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException e) {
            throw notAUrl(e);
        }
        if (!("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()))
                || uri.getHost() == null) {
            throw notAUrl(null);
        }
        Optional<String> authorization = Optional.ofNullable(uri.getUserInfo())
                .map(user -> "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
        String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceFirst("/+$", "");
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return new SchemaRegistry(uri.getScheme() + "://" + uri.getHost() + port + path, authorization, patience);
    }

    /** Does not repeat it: it may have a password. */
    private static IllegalArgumentException notAUrl(Exception cause) {
        return new IllegalArgumentException(
                "--schema-registry takes a URL such as http://localhost:8081 or https://USER:PASSWORD@HOST", cause);
    }

    @Override
    public List<String> schema(int id) {
        List<String> known = schemas.get(id);
        if (known != null) {
            return known;
        }
        Long since = unknown.get(id);
        if (since != null && System.nanoTime() - since < UNKNOWN_FOR_NANOS) {
            return List.of();
        }
        String what = "schema " + id;
        Optional<JsonNode> found =
                ask(request("/schemas/ids/" + Integer.toUnsignedString(id)).GET(), what);
        if (found.isEmpty()) {
            if (unknown.size() >= MAX_UNKNOWN) {
                unknown.clear();
            }
            unknown.put(id, System.nanoTime());
            return List.of();
        }
        Set<String> texts = new LinkedHashSet<>();
        add(found.get(), what, texts, new HashSet<>());
        schemas.put(id, List.copyOf(texts));
        LOG.info("{} of the registry at {} is used", what, url);
        return schemas.get(id);
    }

    /**
     * Adds the texts of a schema: first those that it refers to, each once.
     *
     * @param referred to so far, each by its subject and version; a schema that refers to itself is not asked for again
     */
    private void add(JsonNode schema, String what, Set<String> texts, Set<String> referred) {
        for (JsonNode reference : schema.path("references")) {
            String subject = reference.path("subject").asText();
            String version = reference.path("version").asText();
            String path = "/subjects/" + encode(subject) + "/versions/" + encode(version);
            if (!referred.add(path)) {
                continue;
            }
            if (referred.size() > MAX_REFERENCES) {
                throw new ModelException(what + " of the schema registry at " + url + " refers to more than "
                        + MAX_REFERENCES + " others: register one that does not");
            }
            String name = Json.line("version " + version + " of " + subject + ", to which " + what + " refers");
            JsonNode found = ask(request(path).GET(), name)
                    .orElseThrow(() -> new ModelException(
                            name + ", is not known to the schema registry at " + url + ": register it there"));
            add(found, what, texts, referred);
        }
        texts.add(schema.path("schema").asText());
    }

    /**
     * Registers a schema, which may be known already.
     *
     * @return its id
     * @throws ModelException if it cannot be, saying what to do
     */
    public int register(String subject, String schema) {
        HttpRequest.Builder request = request("/subjects/" + encode(subject) + "/versions")
                .POST(HttpRequest.BodyPublishers.ofByteArray(Json.write(Map.of("schema", schema))));
        return ask(request, "subject " + subject)
                .orElseThrow(() -> new ModelException(
                        "the schema registry at " + url + " does not know subject " + subject + ": register it there"))
                .path("id")
                .asInt();
    }

    private static String encode(String subject) {
        return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(ANSWER_LIMIT)
                .header("Accept", JSON + ", application/json")
                .header("Content-Type", JSON);
        authorization.ifPresent(basic -> request.header("Authorization", basic));
        return request;
    }

    /**
     * Asks until there is an answer.
     *
     * @param what is asked for, for people
     * @return empty if the registry does not know it
     * @throws ModelException if there is no answer in time, or the registry refuses
     */
    private Optional<JsonNode> ask(HttpRequest.Builder request, String what) {
        long start = System.nanoTime();
        HttpRequest question = request.build();
        for (boolean isTold = false; ; isTold = true) {
            try {
                return answer(send(question), what);
            } catch (NoAnswerException e) {
                if (System.nanoTime() - start >= patience.toNanos()) {
                    throw new ModelException("the schema registry at " + url + " has not told " + what + " for "
                            + patience.toSeconds() + " s: " + e.getMessage() + ", and start again: nothing is lost");
                }
                if (!isTold) {
                    LOG.warn(
                            "waiting up to {} s for {} of the schema registry at {}: {}",
                            patience.toSeconds(),
                            what,
                            url,
                            e.getMessage());
                }
                pause();
            }
        }
    }

    private HttpResponse<byte[]> send(HttpRequest request) throws NoAnswerException {
        CompletableFuture<HttpResponse<byte[]>> response = client.sendAsync(request, BodyHandlers.ofByteArray());
        try {
            CompletableFuture.anyOf(response, left).get();
            return response.get();
        } catch (InterruptedException e) {
            response.cancel(true);
            throw interrupted();
        } catch (ExecutionException e) {
            response.cancel(true);
            requireNotLeft();
            throw new NoAnswerException(trouble(e.getCause()));
        }
    }

    private void pause() {
        try {
            left.get(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return; // it has been long enough
        } catch (InterruptedException e) {
            throw interrupted();
        } catch (ExecutionException e) {
            requireNotLeft();
        }
    }

    private void requireNotLeft() {
        if (left.isDone()) {
            throw new ModelException("what waited for the schema registry at " + url + " is stopped");
        }
    }

    private ModelException interrupted() {
        Thread.currentThread().interrupt();
        return new ModelException("interrupted while the schema registry at " + url + " was asked: start again");
    }

    private static String trouble(Throwable failure) {
        if (failure instanceof ConnectException) { // which often has no words
            return "nobody answers there; see that it runs and can be reached";
        }
        if (failure instanceof HttpTimeoutException) {
            return "it has not answered within " + ANSWER_LIMIT.toSeconds() + " s; see that it runs well";
        }
        String why = failure instanceof IOException && failure.getMessage() != null
                ? Json.line(failure.getMessage().lines().findFirst().orElse(""))
                : failure.toString();
        return "it cannot be asked (" + why + "); see that it runs and can be reached";
    }

    private Optional<JsonNode> answer(HttpResponse<byte[]> response, String what) throws NoAnswerException {
        int status = response.statusCode();
        Optional<JsonNode> said = json(response.body());
        if (status == OK
                && said.isPresent()
                && (said.get().has("schema") || said.get().has("id"))) {
            return said;
        }
        boolean isOfRegistry = said.isPresent() && said.get().path("error_code").asInt() >= LEAST_ERROR_CODE;
        if (status == NOT_FOUND && isOfRegistry) {
            return Optional.empty();
        }
        if (status == CONFLICT || status == UNPROCESSABLE) {
            throw new ModelException("the schema registry at " + url + " refuses " + what + ": "
                    + said.map(node -> node.path("message").asText())
                            .filter(message -> !message.isBlank())
                            .map(message ->
                                    Json.line(message.lines().findFirst().orElse("")))
                            .orElse("status " + status)
                    + ": choose another topic, or change what the registry demands");
        }
        throw new NoAnswerException(
                switch (status) {
                    case UNAUTHORIZED, FORBIDDEN ->
                        "it answers " + status + "; give who may ask it, as in https://USER:PASSWORD@HOST";
                    case OK, NOT_FOUND ->
                        "it answers " + status + ", but not as a schema registry does; see that"
                                + " --schema-registry has the whole path, such as /apis/ccompat/v7 of Apicurio's";
                    default -> "it answers " + status + "; see what its log says";
                });
    }

    private static Optional<JsonNode> json(byte[] body) {
        try {
            return Optional.of(Json.tree(body)).filter(JsonNode::isObject);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public void leave() {
        left.completeExceptionally(new IllegalStateException("left"));
    }
}
