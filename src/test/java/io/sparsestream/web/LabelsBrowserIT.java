package io.sparsestream.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.support.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser, before streams whose labels are no digits. */
class LabelsBrowserIT {
    private static final List<String> CLOTHES = List.of("Hose", "Kleid", "<b>Schuh</b>", "26", "3", "100");

    @TempDir
    Path profile;

    private final Random random = new Random(3);
    private final Autoencoder learner = new Autoencoder(
            Architecture.of(64, 12, 4, 12, 64),
            Hyperparameters.PLAIN.with(Map.of("batch", "6")),
            new PortableProduct());
    private LivePage page;
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        Browser.assumeInstalled();
        page = LivePage.start(List.of("clothes"), false);
        server = HttpServer.start("127.0.0.1", 0, page);
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (page != null) {
            page.close();
            server.close();
        }
    }

    @Test
    void eachLabelThatOccursHasItsBar() throws Exception {
        try (Browser browser = new Browser(profile, 1360, 900, "light")) {
            browser.open("http://127.0.0.1:" + server.port() + "/");
            showUntil(browser, CLOTHES, List.of("3", "26", "100", "<b>Schuh</b>", "Hose", "Kleid"));
            assertThat(browser.one("[data-is=filtersNote]").getText()).contains("of 12 units favour a label");
            assertThat(browser.all("[data-is=rows] li")).hasSize(6);

            // One more has come.
            List<String> more = List.of("Hose", "Kleid", "<b>Schuh</b>", "26", "3", "7");
            showUntil(browser, more, List.of("3", "7", "26", "100", "<b>Schuh</b>", "Hose", "Kleid"));
            assertThat(browser.errors()).isEmpty();
        }
    }

    @Test
    void oneLabelIsFavouredByNone() throws Exception {
        try (Browser browser = new Browser(profile, 1360, 900, "light")) {
            browser.open("http://127.0.0.1:" + server.port() + "/");
            showUntil(browser, List.of("7", "7", "7", "7", "7", "7"), List.of("7"));
            assertThat(browser.one("[data-is=filtersNote]").getText()).contains(": 0 of 12 units favour a label");
            assertThat(browser.one("[data-is=oneName]").getText()).matches("Unit \\d+");
            assertThat(browser.errors()).isEmpty();
        }
    }

    /** Trains on images of those labels until both the bars of a unit and those of the error are as expected. */
    private void showUntil(Browser browser, List<String> stream, List<String> expected) throws Exception {
        Await.until("bars of " + expected, () -> {
            MiniBatch batch = learner.newBatch();
            for (String label : stream) {
                byte[] image = new byte[64];
                random.nextBytes(image);
                batch.add(image, label);
            }
            page.feed("clothes").onStep(learner.train(batch), learner, 0);
            Await.pass("the page is to draw a frame", Duration.ofMillis(200));
            return labels(browser, ".detail [data-is=oneBars]").equals(expected)
                    && labels(browser, "#byLabelBars").equals(expected);
        });
    }

    /** In one go, for the page draws them anew meanwhile. */
    private static Object labels(Browser browser, String bars) {
        return browser.run(
                "return [...document.querySelectorAll(arguments[0])].map(label => label.textContent)", bars + " th");
    }
}
