package io.sparsestream.web;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.sparsestream.message.Control;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Takes what a person tells a model on the page, as JSON at {@code /control/MODEL}, and answers where the control record
 * stands; what became of it, a frame tells. There is no log-in, so another site's page must not be able to use the
 * person's browser: the request's origin must be this server, under a name that no other site's name server could give to
 * this machine, and its type one that a form cannot have.
 *
 * @param models that may be told
 */
public record ControlRoutes(Set<String> models, Teller teller) implements Routes {
    private static final Pattern OWN_HOST =
            Pattern.compile("(localhost|\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-fA-F:.]+])(:\\d+)?");

    /** Passes a control record on. */
    public interface Teller {
        /** Returns where it stands. */
        String send(String model, Control control) throws Exception;
    }

    @Override
    public void addTo(JavalinConfig config) {
        config.routes.post("/control/{model}", this::tell);
    }

    private void tell(Context context) throws Exception {
        String host = context.header("Host");
        String model = context.pathParam("model");
        if (host == null || !OWN_HOST.matcher(host).matches() || !("http://" + host).equals(context.header("Origin"))) {
            refuse(
                    context,
                    HttpStatus.FORBIDDEN,
                    "only this server's own page may steer, opened by address or localhost");
        } else if (!"application/json".equals(context.contentType())) {
            refuse(context, HttpStatus.UNSUPPORTED_MEDIA_TYPE, "the content type must be application/json");
        } else if (!models.contains(model)) {
            refuse(context, HttpStatus.NOT_FOUND, "no such model here");
        } else {
            try {
                Control control = Control.read(context.bodyAsBytes());
                context.status(HttpStatus.ACCEPTED).result(teller.send(model, control));
            } catch (IllegalArgumentException e) {
                refuse(context, HttpStatus.BAD_REQUEST, e.getMessage());
            }
        }
    }

    private static void refuse(Context context, HttpStatus status, String reason) {
        context.status(status).result(reason);
    }
}
