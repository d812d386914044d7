package io.sparsestream.web;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import io.javalin.util.JavalinBindException;
import io.javalin.util.JavalinLogger;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Serves over HTTP. There is no log-in: loopback is the address for all but containers. */
public final class HttpServer implements AutoCloseable {
    private final Javalin javalin;
    private final List<Routes> routes;

    private HttpServer(Javalin javalin, List<Routes> routes) {
        this.javalin = javalin;
        this.routes = routes;
    }

    /**
     * Starts serving.
     *
     * @param host name or address to listen on
     * @param port to listen on; 0 for any free one
     * @param routes what it answers to; closed with the server
     * @throws IOException if the address or port cannot be had; the message is one line for people
     */
    public static HttpServer start(String host, int port, Routes... routes) throws IOException {
        checkAddress(host);
        Javalin javalin = Javalin.create(config -> {
            quieten(config);
            config.routes.before(HttpServer::requireDecodablePath);
            for (Routes part : routes) {
                part.addTo(config);
            }
        });
        // It logs its start, and as an error what the caller gets as an exception.
        JavalinLogger.enabled = false;
        try {
            javalin.start(host, port);
        } catch (JavalinBindException e) {
            javalin.stop();
            // Without the right to a port below 1024 it fails the same way.
            String reason = port > 0 && port < 1024 ? "cannot be bound" : "is already in use";
            throw new IOException("port " + port + " on " + host + " " + reason + ": choose another with --port", e);
        } finally {
            JavalinLogger.enabled = true;
        }
        return new HttpServer(javalin, List.of(routes));
    }

    /** Javalin would call any failure a port in use. */
    private static void checkAddress(String host) throws IOException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(host, 0));
        } catch (IOException e) {
            throw new IOException("cannot listen on " + host + ": choose an address of this machine with --host", e);
        }
    }

    /** Jetty takes some escapes, such as %u1113 and any behind a semicolon, that Javalin cannot decode: it would fail there. */
    private static void requireDecodablePath(Context context) {
        try {
            URLDecoder.decode(context.path(), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new BadRequestResponse("the path has an escape that is none");
        }
    }

    private static void quieten(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
    }

    /** The port it listens on. */
    public int port() {
        return javalin.port();
    }

    @Override
    public void close() {
        routes.forEach(Routes::close);
        javalin.stop();
    }
}
