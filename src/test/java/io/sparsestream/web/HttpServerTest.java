package io.sparsestream.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sparsestream.application.Health;
import io.sparsestream.metrics.Meters;
import io.sparsestream.metrics.TrainingMetrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpServerTest {
    private static final String LOOPBACK = "127.0.0.1";

    private final PrometheusMeterRegistry registry = Meters.create();
    private final AtomicReference<Health> health = new AtomicReference<>(Health.STARTING);
    private final Routes[] routes = {new MetricsRoutes(registry), new HealthRoutes(health::get)};
    private final HttpClient client = HttpClient.newHttpClient();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.start(LOOPBACK, 0, routes);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void metricsAreInPrometheusText() throws Exception {
        new TrainingMetrics(registry, "digits").single();

        HttpResponse<String> response = get("/metrics");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type.replace(" ", "").toLowerCase(Locale.ROOT))
                        .isEqualTo("text/plain;version=0.0.4;charset=utf-8"));
        assertThat(response.body())
                .contains("# TYPE sparsestream_steps_total counter", "sparsestream_steps_total{model=\"digits\"} 0.0");
    }

    @Test
    void isAliveAtOnce() throws Exception {
        HttpResponse<String> response = get("/health/live");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("live");
    }

    @Test
    void livesUntilItsWorkHasEnded() throws Exception {
        health.set(Health.notReady("the broker is away"));
        HttpResponse<String> before = get("/health/live");
        health.set(Health.over("stopped by an error: no topic images"));
        HttpResponse<String> after = get("/health/live");

        assertThat(before.statusCode()).isEqualTo(200);
        assertThat(after.statusCode()).isEqualTo(503);
        assertThat(after.body()).isEqualTo("not ready: stopped by an error: no topic images");
    }

    @Test
    void isReadyWhenItIs() throws Exception {
        HttpResponse<String> before = get("/health/ready");
        health.set(Health.READY);
        HttpResponse<String> after = get("/health/ready");

        assertThat(before.statusCode()).isEqualTo(503);
        assertThat(before.body()).isEqualTo("not ready: it is starting");
        assertThat(after.statusCode()).isEqualTo(200);
        assertThat(after.body()).isEqualTo("ready");
    }

    @Test
    void knowsNothingElse() throws Exception {
        assertThat(get("/elsewhere").statusCode()).isEqualTo(404);
    }

    @Test
    void aPortInUseIsSaidInOneLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int port = taken.getLocalPort();

            assertThatThrownBy(() -> HttpServer.start(LOOPBACK, port, routes))
                    .isInstanceOf(IOException.class)
                    .hasMessage("port " + port + " on 127.0.0.1 is already in use: choose another with --port");
        }
    }

    @Test
    void anAddressOfAnotherMachineIsSaidInOneLine() {
        assertThatThrownBy(() -> HttpServer.start("192.0.2.1", 0, routes))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot listen on 192.0.2.1: choose an address of this machine with --host");
    }

    @Test
    void aNameThatNobodyKnowsIsSaidInOneLine() {
        assertThatThrownBy(() -> HttpServer.start("nowhere.invalid", 0, routes))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot listen on nowhere.invalid: choose an address of this machine with --host");
    }

    @Test
    void listensOnAllAddressesWhenTold() throws Exception {
        try (HttpServer everywhere = HttpServer.start("0.0.0.0", 0, routes);
                Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.2", everywhere.port()), 1000);

            assertThat(socket.isConnected()).isTrue();
        }
    }

    @Test
    void listensOnThatLoopbackAddressOnly() throws Exception {
        // Another address of this machine: a server on all addresses would answer there too.
        try (Socket socket = new Socket()) {
            assertThatThrownBy(() -> socket.connect(new InetSocketAddress("127.0.0.2", server.port()), 1000))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void closingFreesThePort() throws Exception {
        int port = server.port();
        server.close();

        server = HttpServer.start(LOOPBACK, port, routes);

        assertThat(server.port()).isEqualTo(port);
    }

    private HttpResponse<String> get(String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
}
