package io.sparsestream.cli;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sparsestream.web.HttpServer;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Option;

/** Where metrics and health are served. */
final class HttpOptions {
    @Option(
            names = "--host",
            defaultValue = "127.0.0.1",
            description = "Address of /metrics and /health; there is no log-in, so 0.0.0.0 is for containers"
                    + " (default: ${DEFAULT-VALUE}).")
    private String host;

    @Option(
            names = "--port",
            defaultValue = "8080",
            description = "Port of /metrics and /health; 0 for a free one (default: ${DEFAULT-VALUE}).")
    private int port;

    /** @throws IOException if the address cannot be had */
    HttpServer start(PrometheusMeterRegistry registry, BooleanSupplier ready) throws IOException {
        return HttpServer.start(host, port, registry, ready);
    }

    /** For people, of what was started. */
    String url(HttpServer server) {
        return "http://" + host + ":" + server.port();
    }
}
