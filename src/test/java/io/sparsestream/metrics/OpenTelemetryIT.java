package io.sparsestream.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.sparsestream.broker.EmbeddedBroker;
import io.sparsestream.support.Await;
import io.sparsestream.support.Ports;
import io.sparsestream.support.SparsestreamProcess;
import io.sparsestream.support.Tail;
import io.sparsestream.topic.Topics;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trainer with OpenTelemetry's agent, set up as docs/OPENTELEMETRY.md says, against a receiver of OTLP over HTTP. */
class OpenTelemetryIT {
    private static final Path DOCUMENTATION = Path.of("docs/OPENTELEMETRY.md");

    /** A counter of each kind, gauges, and a timer, which is a histogram, by its count. */
    private static final List<String> NAMES = List.of(
            "sparsestream.steps{model=sparse}",
            "sparsestream.images{model=sparse}",
            "sparsestream.lag{model=sparse}",
            "sparsestream.loss{model=sparse,term=total}",
            "sparsestream.step{model=sparse}");

    @TempDir
    Path directory;

    /** The last value of each metric of ours, by name and attributes. */
    private final Map<String, Double> received = new ConcurrentHashMap<>();

    @Test
    void theReceiverHasWhatPrometheusReads() throws Exception {
        Optional<String> agent = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(each -> each.contains("opentelemetry-javaagent"))
                .findFirst();
        assumeThat(agent).as("the agent").isPresent();
        int port = Ports.free();
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/v1/metrics", this::receive);
        receiver.start();
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"), 0)) {
            String servers = "--bootstrap-servers=" + broker.bootstrapServers();
            SparsestreamProcess replay =
                    SparsestreamProcess.start(directory.resolve("replay.txt"), "replay", servers, "--images=600");
            Map<String, String> environment = documented();
            environment.put("JAVA_TOOL_OPTIONS", "-javaagent:" + agent.orElseThrow());
            environment.put(
                    "OTEL_EXPORTER_OTLP_ENDPOINT",
                    "http://127.0.0.1:" + receiver.getAddress().getPort());
            environment.put("OTEL_METRIC_EXPORT_INTERVAL", "1000");
            SparsestreamProcess trainer = SparsestreamProcess.start(
                    directory.resolve("train.txt"),
                    environment,
                    List.of("train", servers, "--port=" + port, "--state-dir=" + directory.resolve("state")));
            try {
                Await.until(
                        "ten steps",
                        List.of(trainer),
                        () -> Double.valueOf(10).equals(received.get("sparsestream.steps{model=sparse}")));
                // No more images come, so these stand still.
                Await.until("the same values as Prometheus reads", List.of(trainer), () -> {
                    Map<String, Double> scraped = scraped(port);
                    for (String name : NAMES) {
                        if (!Objects.equals(scraped.get(name), received.get(name))) {
                            throw new IllegalStateException(
                                    name + ": " + received.get(name) + ", not " + scraped.get(name));
                        }
                    }
                    return true;
                });
                assertThat(received)
                        .containsKeys(NAMES.toArray(String[]::new))
                        .containsEntry("sparsestream.images{model=sparse}", 600.0);
            } finally {
                trainer.terminate();
                replay.kill();
            }
            assertThat(headers(broker)).contains("mse").doesNotContain("traceparent");
        } finally {
            receiver.stop(0);
        }
    }

    /** The variables that people are told to set. */
    private static Map<String, String> documented() throws IOException {
        Map<String, String> variables = new HashMap<>();
        Matcher variable = Pattern.compile("(?m)^export (OTEL_\\w+)=(\\S+)").matcher(Files.readString(DOCUMENTATION));
        while (variable.find()) {
            variables.put(variable.group(1), variable.group(2));
        }
        assertThat(variables).containsKeys("OTEL_INSTRUMENTATION_MICROMETER_ENABLED", "OTEL_EXPORTER_OTLP_ENDPOINT");
        return variables;
    }

    private List<String> headers(EmbeddedBroker broker) throws InterruptedException {
        List<String> names = new ArrayList<>();
        try (Tail tail = new Tail(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new TopicPartition(new Topics("sparse").reconstructions(), 0))) {
            Await.until("600 reconstructions", () -> tail.records().size() == 600);
            for (ConsumerRecord<byte[], byte[]> record : tail.records()) {
                for (Header header : record.headers()) {
                    names.add(header.key());
                }
            }
        }
        return names;
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            ExportMetricsServiceRequest request = ExportMetricsServiceRequest.parseFrom(
                    zipped ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody());
            request.getResourceMetricsList().stream()
                    .flatMap(resource -> resource.getScopeMetricsList().stream())
                    .flatMap(scope -> scope.getMetricsList().stream())
                    .forEach(this::receive);
            exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private void receive(Metric metric) {
        for (NumberDataPoint point : metric.getSum().getDataPointsList()) {
            received.put(metric.getName() + attributes(point.getAttributesList()), point.getAsDouble());
        }
        for (NumberDataPoint point : metric.getGauge().getDataPointsList()) {
            received.put(metric.getName() + attributes(point.getAttributesList()), point.getAsDouble());
        }
        for (HistogramDataPoint point : metric.getHistogram().getDataPointsList()) {
            received.put(metric.getName() + attributes(point.getAttributesList()), (double) point.getCount());
        }
    }

    private static String attributes(List<KeyValue> attributes) {
        return attributes.stream()
                .map(each -> each.getKey() + "=" + each.getValue().getStringValue())
                .sorted()
                .toList()
                .toString()
                .replace("[", "{")
                .replace("]", "}")
                .replace(", ", ",");
    }

    /** The values at /metrics by the names that OpenTelemetry has; of a histogram its count. */
    private static Map<String, Double> scraped(int port) throws IOException, InterruptedException {
        String text = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        Map<String, Double> values = new HashMap<>();
        Pattern.compile("(?m)^(sparsestream_\\w+?)(?:_total|_seconds_count)?\\{(.*)} (\\S+)$")
                .matcher(text)
                .results()
                .forEach(found -> values.put(
                        found.group(1).replace('_', '.') + "{" + found.group(2).replace("\"", "") + "}",
                        Double.valueOf(found.group(3))));
        return values;
    }
}
