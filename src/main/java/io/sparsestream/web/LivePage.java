package io.sparsestream.web;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.javalin.http.staticfiles.Location;
import io.sparsestream.application.FailureText;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.message.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The page at {@code /}, and what happens, as server-sent events at {@code /live}: numbers four times a second, pictures
 * and history less often. Every event is encoded once for all clients.
 */
public final class LivePage implements Routes {
    private static final Logger LOG = LoggerFactory.getLogger(LivePage.class);

    private static final int MAX_CLIENTS = 50;
    private static final long TICK_MILLIS = 250;
    private static final long GOODBYE_NANOS = 1_000_000_000;
    private static final long UNWATCHED_TICK_MILLIS = 1000;
    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

    private static final Limits LIMITS = new Limits(0.001, 0.3, 0.99);

    private final long run = System.currentTimeMillis();
    private final List<ModelFeed> feeds;
    private final Examples examples;
    private final boolean control;
    private final Set<Mailbox> clients = ConcurrentHashMap.newKeySet();
    private final Thread thread = new Thread(this::run, "live-page");
    private final Object joined = new Object();
    private boolean everythingIsDue; // guarded by joined
    private volatile boolean closed; // set under joined, so that whoever waits there cannot miss it

    private LivePage(List<ModelFeed> feeds, Examples examples, boolean control) {
        this.feeds = feeds;
        this.examples = examples;
        this.control = control;
    }

    /**
     * Starts showing these models, in this order.
     *
     * @param control whether the page offers to steer them, by {@link ControlRoutes}
     */
    public static LivePage start(Iterable<String> models, boolean control) {
        List<ModelFeed> feeds = new ArrayList<>();
        Examples examples = new Examples();
        models.forEach(model -> feeds.add(new ModelFeed(model, examples)));
        LivePage page = new LivePage(feeds, examples, control);
        page.thread.setDaemon(true);
        page.thread.start();
        return page;
    }

    /** Has all models redraw some of these records, which none is trained on; to be said before they start. */
    public void holdOut(MiniBatch records, int inputs) {
        examples.holdOut(records, inputs);
    }

    /** What the model's trainer is to tell about itself. */
    public ModelFeed feed(String model) {
        return feeds.stream()
                .filter(feed -> feed.model().equals(model))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void addTo(JavalinConfig config) {
        Map<String, String> headers =
                Map.of("Cache-Control", "no-cache", "Content-Security-Policy", CONTENT_SECURITY_POLICY);
        config.staticFiles.add(files -> {
            files.directory = "/web";
            files.location = Location.CLASSPATH;
            files.headers = headers;
        });
        config.staticFiles.add(files -> {
            files.hostedPath = "/uplot";
            files.directory = uplot();
            files.location = Location.CLASSPATH;
            files.headers = headers;
        });
        config.routes.get("/live", this::serve);
        config.routes.get("/film/{model}/{step}", this::lookBack);
        new ExploreRoutes(feeds).addTo(config);
    }

    /** The examples at a step that is past, as JSON; only when a person asks for it. */
    private void lookBack(Context context) {
        Optional<Look> look = feeds.stream()
                .filter(feed -> feed.model().equals(context.pathParam("model")))
                .findFirst()
                .flatMap(feed -> feed.lookBack(
                        context.pathParamAsClass("step", Long.class).get()));
        context.header("Cache-Control", "no-store");
        if (look.isPresent()) {
            context.contentType("application/json").result(Json.write(look.get()));
        } else {
            context.status(HttpStatus.NOT_FOUND).result("nothing was kept of this model");
        }
    }

    /** Where the chart library's jar has its files: in a folder named after its version. */
    private static String uplot() {
        String webjar = "/META-INF/maven/org.webjars.npm/uplot/pom.properties";
        Properties properties = new Properties();
        try (InputStream in = LivePage.class.getResourceAsStream(webjar)) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "/META-INF/resources/webjars/uplot/" + properties.getProperty("version");
    }

    /** Sends events until the client has gone. The server has a thread for each request: this one's may wait. */
    private void serve(Context context) throws InterruptedException {
        if (clients.size() >= MAX_CLIENTS) {
            context.status(HttpStatus.SERVICE_UNAVAILABLE)
                    .result(MAX_CLIENTS + " pages are open already: close one of them");
            return;
        }
        context.contentType("text/event-stream; charset=utf-8").header("Cache-Control", "no-store");
        Mailbox mailbox = new Mailbox();
        try {
            OutputStream out = context.res().getOutputStream();
            out.write(event("hello", hello()));
            out.flush();
            join(mailbox);
            for (byte[] event = mailbox.take(); event != null; event = mailbox.take()) {
                out.write(event);
                out.flush();
            }
        } catch (IOException e) {
            // The client has gone: a closed page says no other goodbye.
            return;
        } finally {
            leave(mailbox);
        }
    }

    void join(Mailbox mailbox) {
        synchronized (joined) {
            clients.add(mailbox);
            everythingIsDue = true;
            joined.notifyAll();
            if (closed) {
                mailbox.close();
            }
        }
    }

    void leave(Mailbox mailbox) {
        synchronized (joined) {
            clients.remove(mailbox);
            joined.notifyAll();
        }
    }

    /**
     * The first event.
     *
     * @param run tells one start from the next, so that a page notices a restart
     * @param control whether the page may steer
     */
    private record Hello(long run, List<String> models, boolean control, Limits limits) {}

    /**
     * Shares of the images, by which the page judges how many a unit is active for: a unit that means something answers to few.
     *
     * @param oftenAbove about the share of the units that the preset {@code selective} lets be active in an image of its narrow
     *     layer
     */
    private record Limits(double rarelyBelow, double oftenAbove, double alwaysAbove) {}

    private Hello hello() {
        return new Hello(run, feeds.stream().map(ModelFeed::model).toList(), control, LIMITS);
    }

    private void run() {
        try {
            for (long tick = 0; !closed; tick++) {
                boolean all = pause();
                for (ModelFeed feed : feeds) {
                    feed.advance();
                    if (!clients.isEmpty()) {
                        publish(feed, tick, all);
                    }
                }
            }
            // The last word, such as why it has stopped.
            feeds.forEach(feed -> send("frame", feed.model(), feed.frame()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (OutOfMemoryError e) { // a page has copies of its models' parameters: learning goes on without
            LOG.error("the live page ends: {}", FailureText.outOfMemory(e));
        } finally {
            synchronized (joined) {
                closed = true; // whoever joins later is sent away at once
                clients.forEach(Mailbox::close);
            }
        }
    }

    /** Waits for the next tick; returns whether a new client needs everything. */
    @SuppressWarnings("WaitNotInLoop") // an early tick does no harm
    private boolean pause() throws InterruptedException {
        synchronized (joined) {
            if (!everythingIsDue && !closed) {
                joined.wait(clients.isEmpty() ? UNWATCHED_TICK_MILLIS : TICK_MILLIS);
            }
            boolean all = everythingIsDue;
            everythingIsDue = false;
            return all;
        }
    }

    private void publish(ModelFeed feed, long tick, boolean all) {
        send("frame", feed.model(), feed.frame());
        if (all || tick % 4 == 2) {
            feed.history().ifPresent(points -> send("history", feed.model(), points));
        }
        Snapshot snapshot = feed.latest();
        if (snapshot == null) {
            return;
        }
        if (all || tick % 4 == 0) {
            feed.look().ifPresent(look -> send("look", feed.model(), look));
            if (!feed.shape().isPicture()) {
                send("inputs", feed.model(), Inputs.of(snapshot, feed.format().fields()));
            }
        }
        if (all || tick % 4 == 1) {
            send("distributions", feed.model(), feed.distributions().event(feed.model()));
        }
        if (all || tick % 8 == 3) {
            send("filters", feed.model(), Filters.of(snapshot, feed.shape(), feed.selectivity()));
        }
    }

    private void send(String kind, String model, Object value) {
        byte[] event = event(kind, value);
        clients.forEach(client -> client.put(kind + " " + model, event));
    }

    /** As in the HTML standard, section 9.2: a client that is cut off comes again after the retry time. */
    private static byte[] event(String kind, Object value) {
        byte[] head = ("retry: 1000\nevent: " + kind + "\ndata: ").getBytes(StandardCharsets.UTF_8);
        byte[] json = Json.write(value); // one line
        byte[] event = new byte[head.length + json.length + 2];
        System.arraycopy(head, 0, event, 0, head.length);
        System.arraycopy(json, 0, event, head.length, json.length);
        event[event.length - 2] = '\n';
        event[event.length - 1] = '\n';
        return event;
    }

    /** Tells the clients the last state and sends them away: to be closed after the trainers, before the server. */
    @Override
    public void close() {
        synchronized (joined) {
            closed = true;
            joined.notifyAll();
        }
        try {
            thread.join();
            long start = System.nanoTime();
            synchronized (joined) {
                while (!clients.isEmpty() && System.nanoTime() - start < GOODBYE_NANOS) {
                    joined.wait(TICK_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
