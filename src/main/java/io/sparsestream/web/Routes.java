package io.sparsestream.web;

import io.javalin.config.JavalinConfig;

/** What a server answers to. */
public interface Routes extends AutoCloseable {
    void addTo(JavalinConfig config);

    /** Sends away clients that would keep the server from stopping; called before it stops. */
    @Override
    default void close() {}
}
