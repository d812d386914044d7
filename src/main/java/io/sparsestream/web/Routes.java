package io.sparsestream.web;

import io.javalin.config.JavalinConfig;

/** What a server answers to. */
public interface Routes {
    void addTo(JavalinConfig config);
}
