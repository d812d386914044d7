package io.sparsestream.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.learn.ScaledLearner;
import io.sparsestream.message.Anomaly;
import io.sparsestream.message.InputFormat;
import io.sparsestream.support.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.WebElement;

/** The page in a real browser, before records that are no pictures. */
class VectorsBrowserIT {
    private static final List<String> FIELDS =
            List.of("temperature", "pressure", "<b>flow</b>", "a.b", "5", "6", "7", "8", "9"); // nine: a square

    @TempDir
    Path profile;

    private final Random random = new Random(3);
    private final Learner learner =
            ScaledLearner.of(new Autoencoder(Architecture.of(9, 4, 9), Hyperparameters.VECTORS, new PortableProduct()));
    private LivePage page;
    private ModelFeed feed;
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        Browser.assumeInstalled();
        page = LivePage.start(List.of("sensors"), false);
        feed = page.feed("sensors");
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
    void inputsAreNamedBarsAndAnomaliesTellWhatMadeThem() throws Exception {
        feed.expect(format(), "readings", true);
        try (Browser browser = new Browser(profile, 1360, 900, "light")) {
            browser.open("http://127.0.0.1:" + server.port() + "/");
            train(browser, "inputRows", FIELDS);
            assertThat(browser.one("#sentence").getText())
                    .isEqualTo(
                            "The model sensors learns to redraw records of nine numbers from the Kafka topic readings, squeezed"
                                    + " through four units.");
            // The records that are redrawn are chosen after a few steps.
            train(() -> browser.one("#lookTitle").getText().equals("The same records, redrawn by each model"));
            assertThat(browser.all("#looks canvas.picture")).isEmpty();
            assertThat(browser.all(".names li")).extracting(WebElement::getText).isEqualTo(FIELDS);
            assertThat(browser.one("#labels").isDisplayed()).isFalse();
            assertThat(browser.one("body").getText()).doesNotContain("images", "digit");
            assertThat(browser.one("[data-is=inputRows] td:nth-child(3)").getText())
                    .startsWith("100");
            assertThat(browser.one("[data-is=noAnomalies]").isDisplayed()).isTrue();

            feed.onAnomaly(
                    new Anomaly(
                            "sensors",
                            300,
                            "readings-0@77",
                            "<i>leak</i>",
                            9.5,
                            6.25,
                            0.9997,
                            List.of(new Anomaly.Input("pressure", -4, 1013, 0.93)),
                            new float[9]),
                    1_700_000_000_000L);
            train(browser, "anomalyRows", List.of((String)
                    browser.run("return new Date(1700000000000).toLocaleString()")));
            assertThat(browser.one("[data-is=anomalyRows] tr").getText())
                    .contains("0.9997", "6.25", "<i>leak</i>", "pressure", "-4", "expected 1,013", "93 %");
            assertThat(browser.one("[data-is=noAnomalies]").isDisplayed()).isFalse();
            assertThat(browser.accessibilityViolations()).isEmpty();
            assertThat(browser.errors()).isEmpty();
            browser.screenshot(Path.of("target/screenshots/live-page-vectors.png"), 1360);
        }
    }

    @Test
    void whereNoneAreToldThereIsNoPanelOfAnomalies() throws Exception {
        feed.expect(format(), "readings", false);
        try (Browser browser = new Browser(profile, 1360, 900, "light")) {
            browser.open("http://127.0.0.1:" + server.port() + "/");
            train(browser, "inputRows", FIELDS);
            assertThat(browser.one("[data-is=anomalies]").isDisplayed()).isFalse();
            assertThat(browser.errors()).isEmpty();
        }
    }

    private static InputFormat format() {
        return new InputFormat(
                InputFormat.Kind.JSON, FIELDS, new InputFormat.Label.InHeader(), InputFormat.Missing.REFUSED);
    }

    /** Trains until the first column of a table is as expected. */
    private void train(Browser browser, String rows, List<String> expected) throws Exception {
        train(() -> browser.run(
                        "return [...document.querySelectorAll(arguments[0])].map(head => head.textContent)",
                        "[data-is=" + rows + "] th")
                .equals(expected));
    }

    /** Trains until the page shows something. */
    private void train(BooleanSupplier shown) throws Exception {
        Await.until("the page to show what the test expects at this point", () -> {
            MiniBatch batch = learner.newBatch();
            while (!batch.isFull()) {
                float[] values = new float[9];
                for (int j = 0; j < 9; j++) {
                    values[j] = (float) (100 * (j + 1) + random.nextDouble());
                }
                batch.add(values, 0, "");
            }
            feed.onStep(learner.train(batch), learner, 0);
            Await.pass("the page is to draw a frame", Duration.ofMillis(200));
            return shown.getAsBoolean();
        });
    }
}
