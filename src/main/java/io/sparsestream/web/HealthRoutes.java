package io.sparsestream.web;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.sparsestream.application.Health;
import java.util.function.Supplier;

/** Whether the process lives, and whether it does its work: the text says why not, or what is remarkable. */
public record HealthRoutes(Supplier<Health> health) implements Routes {
    @Override
    public void addTo(JavalinConfig config) {
        config.routes.get("/health/live", context -> context.result("live"));
        config.routes.get("/health/ready", this::ready);
    }

    private void ready(Context context) {
        Health now = health.get();
        context.status(now.ready() ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
                .result(now.text());
    }
}
