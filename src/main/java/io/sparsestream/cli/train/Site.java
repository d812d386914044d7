package io.sparsestream.cli.train;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sparsestream.application.Health;
import io.sparsestream.cli.option.HttpOptions;
import io.sparsestream.metrics.Meters;
import io.sparsestream.trainer.Trainer;
import io.sparsestream.web.HealthRoutes;
import io.sparsestream.web.HttpServer;
import io.sparsestream.web.MetricsRoutes;
import io.sparsestream.web.Routes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

/**
 * What a process serves of its trainers: metrics and health. The site is there before the first trainer, so that whoever
 * looks sees the start, and it is closed after the last one, so that whoever looks sees the end.
 */
final class Site implements AutoCloseable {
    private final MeterRegistry registry;
    private final Trainers trainers;
    private final HttpServer server;
    private final String url;

    private Site(MeterRegistry registry, Trainers trainers, HttpServer server, String url) {
        this.registry = registry;
        this.trainers = trainers;
        this.server = server;
        this.url = url;
    }

    /**
     * Starts serving.
     *
     * @param models number of models, each with a trainer
     * @param more what is served besides
     * @throws IOException if the address or port cannot be had
     */
    static Site start(HttpOptions http, int models, Routes... more) throws IOException {
        PrometheusMeterRegistry prometheus = Meters.create();
        MeterRegistry registry = Meters.alsoForAgents(prometheus);
        Trainers trainers = new Trainers(registry, models);
        List<Routes> routes = new ArrayList<>(List.of(more));
        routes.add(new MetricsRoutes(prometheus));
        routes.add(new HealthRoutes(trainers::health));
        HttpServer server = http.start(routes.toArray(Routes[]::new));
        return new Site(registry, trainers, server, http.url(server));
    }

    MeterRegistry registry() {
        return registry;
    }

    /** The address for people, without a slash at its end. */
    String url() {
        return url;
    }

    /** Takes over a trainer that has been started: shows it, and closes it with the site. */
    Trainer add(String model, Trainer trainer) {
        return trainers.add(model, trainer);
    }

    Health health() {
        return trainers.health();
    }

    /** @throws ExecutionException if a trainer has been stopped by an error */
    void requireNoFailure() throws ExecutionException, InterruptedException {
        trainers.requireNoFailure();
    }

    /** The trainers first, then the server. */
    @Override
    public void close() throws Exception {
        try (server) {
            trainers.close();
        }
    }
}
