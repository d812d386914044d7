package io.sparsestream.cli.train;

import io.micrometer.core.instrument.MeterRegistry;
import io.sparsestream.application.Health;
import io.sparsestream.cli.option.ControlOption;
import io.sparsestream.cli.option.HttpOptions;
import io.sparsestream.metrics.TrainingMetrics;
import io.sparsestream.stream.TaskSettings;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.topic.ControlTopic;
import io.sparsestream.trainer.Trainer;
import io.sparsestream.web.Figure;
import io.sparsestream.web.LivePage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** A {@link Site} with the live page, which shows every model and, where that is allowed, steers it. */
public final class LiveSite implements AutoCloseable {
    private final Site site;
    private final LivePage page;
    private final ControlOption control;
    private final CompletableFuture<ControlTopic> steering;

    private LiveSite(Site site, LivePage page, ControlOption control, CompletableFuture<ControlTopic> steering) {
        this.site = site;
        this.page = page;
        this.control = control;
        this.steering = steering;
    }

    /**
     * Starts serving.
     *
     * @param models in the order in which the page shows them
     * @throws IOException if the address or port cannot be had
     */
    public static LiveSite start(HttpOptions http, ControlOption control, Set<String> models) throws IOException {
        CompletableFuture<ControlTopic> steering = new CompletableFuture<>();
        LivePage page = LivePage.start(models, control.isAllowed());
        Site site = Site.start(
                http,
                models.size(),
                page,
                control.routes(models, (model, said) -> steering.get().send(model, said)));
        return new LiveSite(site, page, control, steering);
    }

    /** Passes on what people say on the page, and have said before, if they may. */
    public void connect(Map<String, Object> kafka) {
        if (control.isAllowed()) {
            steering.complete(new ControlTopic(kafka));
        }
    }

    /** What the model's trainer is to tell: the meters, the log and the page. */
    public TrainingListener listener(String model, TaskSettings settings) {
        page.feed(model).expect(settings.input().fields(), settings.alertAbove().isPresent());
        return new TrainingMetrics(site.registry(), model)
                .and(new FirstStep(model))
                .and(page.feed(model));
    }

    /** Takes over a trainer that has been started: shows it, and closes it with the site. */
    public Trainer add(String model, Trainer trainer) {
        page.feed(model).watch(trainer);
        return site.add(model, trainer);
    }

    /** Says on the page that the model's run has ended as intended, and what came of it. */
    public void finish(String model, List<Figure> figures) {
        page.feed(model).finish(figures);
    }

    public MeterRegistry registry() {
        return site.registry();
    }

    /** The address for people. */
    public String url() {
        return site.url() + "/";
    }

    public Health health() {
        return site.health();
    }

    /** @throws ExecutionException if a trainer has been stopped by an error */
    public void requireNoFailure() throws ExecutionException, InterruptedException {
        site.requireNoFailure();
    }

    @Override
    public void close() throws Exception {
        steering.cancel(false); // whoever waits for the connection waits no more
        try {
            site.close();
        } finally {
            steering.thenAccept(ControlTopic::close);
        }
    }
}
