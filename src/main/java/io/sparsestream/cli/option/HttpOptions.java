package io.sparsestream.cli.option;

import io.sparsestream.web.HttpServer;
import io.sparsestream.web.Routes;
import java.io.IOException;
import picocli.CommandLine.Option;

/** Where the live page, metrics and health are served. */
public final class HttpOptions {
    @Option(
            names = "--host",
            defaultValue = "127.0.0.1",
            description =
                    "Address of the live page, /metrics and /health; there is no log-in, so 0.0.0.0 is for containers"
                            + " (default: ${DEFAULT-VALUE}).")
    private String host;

    @Option(
            names = "--port",
            defaultValue = "8080",
            description = "Port of the live page, /metrics and /health; 0 for a free one (default: ${DEFAULT-VALUE}).")
    private int port;

    /**
     * Starts serving.
     *
     * @throws IllegalArgumentException if there is no such port
     * @throws IOException if the address cannot be had
     */
    public HttpServer start(Routes... routes) throws IOException {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("--port must be 0 to 65535, not " + port);
        }
        return HttpServer.start(host, port, routes);
    }

    /** For people, of what was started. */
    public String url(HttpServer server) {
        return "http://" + (host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host) + ":"
                + server.port();
    }
}
