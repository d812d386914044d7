package io.sparsestream.web;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The live page, open in a browser for as long as one likes. */
public final class OpenPage implements AutoCloseable {
    private static final int WIDTH = 1280;
    private static final int HEIGHT = 800;

    private final Browser browser;

    /**
     * What the page takes of the browser.
     *
     * @param heap bytes of its objects after a collection
     * @param nodes of its documents
     * @param listeners to its events
     */
    public record Figures(double heap, double nodes, double listeners) {}

    /** @param profile an empty directory */
    public OpenPage(String url, Path profile) {
        browser = new Browser(profile, WIDTH, HEIGHT, "light");
        // A harness that is itself interrupted leaves nothing behind.
        Runtime.getRuntime().addShutdownHook(new Thread(browser::close));
        browser.open(url);
    }

    public Figures figures() {
        Map<String, Double> metrics = browser.metrics();
        return new Figures(metrics.get("JSHeapUsedSize"), metrics.get("Nodes"), metrics.get("JSEventListeners"));
    }

    /** What it has complained about since it was last asked. */
    public List<String> errors() {
        return browser.errors();
    }

    @Override
    public void close() {
        browser.close();
    }
}
