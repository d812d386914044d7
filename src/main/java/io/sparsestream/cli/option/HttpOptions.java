package io.sparsestream.cli.option;

import io.sparsestream.web.HttpServer;
import io.sparsestream.web.Routes;
import java.io.IOException;
import picocli.CommandLine.Option;

/** Where the live page, metrics and health are served. */
@About(Section.PAGE)
public final class HttpOptions {
    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description =
                    "Address to listen on; there is no log-in, so 0.0.0.0 is for containers (default: ${DEFAULT-VALUE}).")
    private String host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "Port to listen on; 0 takes a free one (default: ${DEFAULT-VALUE}).")
    private int port;

    /**
     * Starts serving.
     *
     * @throws IllegalArgumentException if there is no such port
     * @throws IOException if the address cannot be had
     */
    public HttpServer start(Routes... routes) throws IOException {
        return start(host, port, routes);
    }

    static HttpServer start(String host, int port, Routes... routes) throws IOException {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("--port must be 0 to 65535, not " + port);
        }
        return HttpServer.start(host, port, routes);
    }

    /** For people, of what was started. */
    public String url(HttpServer server) {
        return url(host, server);
    }

    static String url(String host, HttpServer server) {
        return "http://" + (host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host) + ":"
                + server.port();
    }
}
