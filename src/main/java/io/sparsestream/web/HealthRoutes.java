package io.sparsestream.web;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.sparsestream.application.Health;
import java.util.function.Supplier;

/**
 * Whether the process lives, which it does until its work has ended, and whether it does its work: the text says why not, or
 * what is remarkable.
 */
public record HealthRoutes(Supplier<Health> health) implements Routes {
    @Override
    public void addTo(JavalinConfig config) {
        config.routes.get("/health/live", this::live);
        config.routes.get("/health/ready", this::ready);
    }

    private void live(Context context) {
        Health now = health.get();
        answer(context, now.live(), now.live() ? "live" : now.text());
    }

    private void ready(Context context) {
        Health now = health.get();
        answer(context, now.ready(), now.text());
    }

    private static void answer(Context context, boolean isGood, String text) {
        context.status(isGood ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE).result(text);
    }
}
