package io.sparsestream.web;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.util.function.BooleanSupplier;

/**
 * Whether the process lives, and whether it is ready.
 *
 * @param ready whether it is doing its work
 * @param paused whether it was told to leave that for a while, for which it is as ready as before
 */
public record HealthRoutes(BooleanSupplier ready, BooleanSupplier paused) implements Routes {
    @Override
    public void addTo(JavalinConfig config) {
        config.routes.get("/health/live", context -> context.result("live"));
        config.routes.get("/health/ready", this::ready);
    }

    private void ready(Context context) {
        boolean now = ready.getAsBoolean();
        context.status(now ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
                .result(now ? paused.getAsBoolean() ? "ready, paused" : "ready" : "not ready");
    }
}
