package io.sparsestream.cli.option;

import io.sparsestream.web.HttpServer;
import io.sparsestream.web.Routes;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where a process without a page serves its metrics, if it does. */
@About(Section.PAGE)
public final class MetricsOptions {
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
            description = "Port on which /metrics is served; 0 takes a free one (default: it is not served).")
    private Optional<Integer> port = Optional.empty();

    /**
     * Starts serving; empty if nobody asked.
     *
     * @throws IllegalArgumentException if there is no such port
     * @throws IOException if the address cannot be had
     */
    public Optional<HttpServer> start(Routes routes) throws IOException {
        return port.isEmpty() ? Optional.empty() : Optional.of(HttpOptions.start(host, port.get(), routes));
    }

    /** For people, of what was started. */
    public String url(HttpServer server) {
        return HttpOptions.url(host, server);
    }
}
