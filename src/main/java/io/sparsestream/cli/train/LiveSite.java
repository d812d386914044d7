package io.sparsestream.cli.train;

import io.micrometer.core.instrument.MeterRegistry;
import io.sparsestream.application.Health;
import io.sparsestream.cli.option.ControlOption;
import io.sparsestream.cli.option.HttpOptions;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.metrics.TrainingMetrics;
import io.sparsestream.stream.TaskSettings;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.topic.ControlTopic;
import io.sparsestream.topic.Topics;
import io.sparsestream.trainer.Trainer;
import io.sparsestream.web.Figure;
import io.sparsestream.web.LivePage;
import io.sparsestream.web.Recalled;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A {@link Site} with the live page, which shows every model and, where that is allowed, steers it. */
public final class LiveSite implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveSite.class);

    private final Site site;
    private final LivePage page;
    private final ControlOption control;
    private final CompletableFuture<ControlTopic> steering;
    private final AtomicBoolean closed = new AtomicBoolean();
    private Map<String, Object> kafka = Map.of(); // once it is connected

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

    /** Has the models redraw some records on the page, which none is trained on; to be said before they start. */
    public void holdOut(MiniBatch records, int inputs) {
        page.holdOut(records, inputs);
    }

    /** Passes on what people say on the page, and have said before, if they may; and finds what the models have said. */
    public void connect(Map<String, Object> properties) {
        kafka = properties;
        if (control.isAllowed()) {
            ControlTopic topic = new ControlTopic(properties);
            if (!steering.complete(topic)) { // closed meanwhile
                topic.close();
            }
        }
    }

    /** What the model's trainer is to tell: the meters, the log and the page. */
    public TrainingListener listener(String model, TaskSettings settings) {
        page.feed(model)
                .expect(
                        settings.input(),
                        settings.images(),
                        settings.alertAbove().isPresent());
        return new TrainingMetrics(site.registry(), model)
                .and(new FirstStep(model))
                .and(page.feed(model));
    }

    /** Takes over a trainer that has been started: shows it, and closes it with the site. */
    public Trainer add(String model, Trainer trainer) {
        page.feed(model).watch(trainer);
        Thread past = new Thread(() -> recall(model), "past-" + model);
        past.setDaemon(true);
        past.start();
        return site.add(model, trainer);
    }

    /** Shows what the model has said before this process. */
    private void recall(String model) {
        try {
            List<Recalled> said = PastActivations.read(kafka, new Topics(model).activations(), closed);
            if (!closed.get()) {
                page.feed(model).recall(said);
            }
        } catch (KafkaException | IllegalArgumentException e) {
            LOG.warn("the live page shows nothing of the past of {}: {}", model, e.getMessage());
        }
    }

    /** Says on the page at which step the model's run will end. */
    public void plan(String model, long steps) {
        page.feed(model).plan(steps);
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
        closed.set(true);
        steering.cancel(false); // whoever waits for the connection waits no more
        try {
            site.close();
        } finally {
            steering.thenAccept(ControlTopic::close);
        }
    }
}
