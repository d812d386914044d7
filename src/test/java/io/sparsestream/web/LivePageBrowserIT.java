package io.sparsestream.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.support.Await;
import io.sparsestream.support.Launcher;
import io.sparsestream.support.Ports;
import io.sparsestream.support.SparsestreamProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The live page in a real Chromium, on a real demo of two models: broker, replay of MNIST and trainers in a process. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LivePageBrowserIT {
    private static final Path SCREENSHOTS = Path.of("target/screenshots");
    private static final int PHONE = 380;
    private static final String DETAIL = ".detail:not([hidden]) ";

    /** Comparison, three charts, sparsity; and of each of two models three of its own. */
    private static final int PANELS = 5 + 2 * 3;

    private static final String DISTINCT_COLORS = """
            const canvas = arguments[0];
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            return new Set(new Uint32Array(data.buffer)).size;
            """;

    @TempDir
    static Path directory;

    @TempDir
    Path profile;

    private static int port;
    private static SparsestreamProcess demo;

    @BeforeAll
    static void start() throws Exception {
        Browser.assumeInstalled();
        port = Ports.free();
        startDemo();
    }

    private static void startDemo() throws IOException {
        // Learning at full speed would leave nothing to the browser, which is to be as quick as a person's.
        demo = SparsestreamProcess.start(
                Launcher.present().nice(),
                directory.resolve("demo.log"),
                List.of(
                        "demo",
                        "--models=sparse,plain",
                        "--allow-control",
                        "--steps=1000000",
                        "--rate=300",
                        "--dir=" + directory.resolve("demo"),
                        "--port=" + port));
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (demo != null) {
            demo.kill();
        }
    }

    @Test
    @Order(1)
    void drawsAndFollowsTheTraining() throws Exception {
        try (Browser browser = browser(1360, 900, "light")) {
            open(browser);
            assertThat(browser.all(".model h2")).extracting(WebElement::getText).containsExactly("sparse", "plain");

            long step = step(browser, 0);
            await(() -> step(browser, 0) > step + 20 && step(browser, 1) > 20);
            browser.unfold(1360);
            String[] drawn = {
                ".model:first-child .net canvas",
                "#looks .model-row:last-child canvas",
                "#curves .uplot canvas",
                "#sparsity canvas",
                DETAIL + ".strip canvas",
                DETAIL + ".sheet canvas",
                DETAIL + ".one canvas",
                DETAIL + ".map canvas"
            };
            for (String canvases : drawn) {
                await(() -> browser.all(canvases).stream()
                        .allMatch(canvas -> ((Number) browser.run(DISTINCT_COLORS, canvas)).intValue() > 4));
            }
            browser.resize(1360, 900);
            await(() -> browser.one("#sentence")
                    .getText()
                    .matches(
                            "Two models learn to redraw pictures of 28 × 28 pixels from the Kafka topic images, each squeezed"
                                    + " through 30 units\\. Best so far: \\S+\\."));
            assertThat(browser.run("const best = document.querySelector('#models .best').closest('.model');"
                            + "const name = best.querySelector('[data-is=name]').textContent;"
                            + "return document.getElementById('sentence').textContent.endsWith(`: ${name}.`)"))
                    .isEqualTo(true);
            assertThat(browser.errors()).isEmpty();
            // How many records wait is asked of the broker, which takes a moment.
            await(() -> browser.one("#pace").getText().matches("Step .+ of 1,000,000 · .+ left · .+ on the topic"));
            assertThat(browser.all("#looks li")).hasSize(3);
            assertThat(browser.all("#looks .originals .shot"))
                    .extracting(WebElement::getText)
                    .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
            assertThat(browser.all("#byLabelBars tr")).hasSize(10);
            assertThat(browser.one("#lossChart").getAttribute("aria-label"))
                    .startsWith("Loss (MSE) over the steps 0 to ");
            assertThat(browser.errors()).isEmpty();
            browser.screenshot(SCREENSHOTS.resolve("live-page-light.png"), 1360);
            assertThat(browser.accessibilityViolations()).isEmpty();
        }
    }

    @Test
    @Order(2)
    void isUsableOnAPhone() throws Exception {
        try (Browser browser = browser(PHONE, 800, "light")) {
            open(browser);

            assertThat(browser.number("return document.documentElement.scrollWidth"))
                    .isEqualTo(PHONE);
            // But for tables and the bars of a code, which are scrolled.
            assertThat(
                            browser.number(
                                    "return Math.max(...[...document.querySelectorAll('main *')]"
                                            + ".filter(e => !e.closest('.scroll, .code-bars')).map(e => e.getBoundingClientRect().right))"))
                    .isLessThanOrEqualTo(PHONE);
            browser.screenshot(SCREENSHOTS.resolve("live-page-phone.png"), PHONE);
            assertThat(browser.errors()).isEmpty();
        }
    }

    @Test
    @Order(3)
    void isDarkWhereThePersonWantsItDark() throws Exception {
        try (Browser browser = browser(1360, 900, "dark")) {
            open(browser);

            assertThat(brightness(browser, "body", "backgroundColor")).isLessThan(60);
            assertThat(brightness(browser, ".tiles dd", "color")).isGreaterThan(180);
            browser.screenshot(SCREENSHOTS.resolve("live-page-dark.png"), 1360);
            assertThat(browser.accessibilityViolations()).isEmpty();
            assertThat(browser.errors()).isEmpty();
        }
    }

    @Test
    @Order(4)
    void isWorkedByKeyboardAndSpeaksItsValues() throws Exception {
        try (Browser browser = browser(1360, 900, "light")) {
            open(browser);
            String sliders = DETAIL + "[role=slider]";
            WebElement strip = browser.one(sliders);
            assertThat(strip.getAttribute("aria-label")).isEqualTo("Units of h_e_1");
            strip.sendKeys(Keys.END, Keys.ARROW_LEFT);
            await(() -> "298".equals(strip.getAttribute("aria-valuenow")));
            assertThat(strip.getAttribute("aria-valuetext"))
                    .matches(
                            "unit 298: active for [0-9.e-]+ % of the records, (dead|(rarely|often|always) active|active for few)");
            // The other panels show the same unit.
            assertThat(browser.one(DETAIL + ".one h4").getText()).startsWith("Unit 298 favours ");

            WebElement details = browser.one("[data-panel=loss] summary");
            details.sendKeys(Keys.ENTER);
            await(() -> browser.all("#lossTable tbody tr").size() > 5);

            browser.one("#freeze").sendKeys(Keys.SPACE);
            await(() -> browser.one("#connection").getText().equals("view frozen"));
            long step = step(browser, 0);
            Await.pass("a view that is frozen must not go on", Duration.ofMillis(1500));
            assertThat(step(browser, 0)).isEqualTo(step);
            browser.one("#freeze").sendKeys(Keys.SPACE);
            await(() -> step(browser, 0) > step);
            assertThat(browser.errors()).isEmpty();
        }
    }

    @Test
    @Order(5)
    void steersTheModelAndMarksItOnTheCharts() throws Exception {
        try (Browser browser = browser(1360, 900, "light")) {
            open(browser);
            String form = ".model:first-child .steering ";
            assertThat(browser.one(form).isDisplayed()).isFalse();
            browser.one(".model:first-child [data-is=steer]").click();
            assertThat(browser.one(form + "[role=status]").isDisplayed())
                    .as("an answer before anything was said")
                    .isFalse();
            WebElement beta = browser.one(form + "[name=beta]");
            await(() -> beta.getAttribute("value").equals("0.000075"));
            beta.sendKeys(Keys.chord(Keys.CONTROL, "a"), "-1", Keys.ENTER);
            await(() -> browser.one(form + "[role=status]").getText().startsWith("refused: beta must be zero or a"));

            beta.sendKeys(Keys.chord(Keys.CONTROL, "a"), "0.0075", Keys.ENTER);
            await(() -> browser.one(form + "[role=status]").getText().startsWith("set beta=0.0075: from step "));
            browser.one(".model:first-child .operation summary").click();
            await(() ->
                    browser.one(".model:first-child [data-is=facts]").getText().contains("β 0.0075"));

            // The answer comes also to a view that is frozen.
            browser.one("#freeze").click();
            browser.one(form + "[data-is=hold]").click();
            await(() -> browser.one(form + "[role=status]").getText().startsWith("pause: from step "));
            browser.one("#freeze").click();
            await(() ->
                    browser.one(".model:first-child [data-is=state]").getText().startsWith("paused"));
            assertThat(browser.one(form + "[data-is=hold]").getText()).isEqualTo("Resume training");
            browser.screenshot(SCREENSHOTS.resolve("live-page-steering.png"), 1360);
            browser.one(form + "[data-is=hold]").click();
            await(() ->
                    browser.one(".model:first-child [data-is=state]").getText().equals("running"));
            browser.one(form + "[data-is=rollback]").click();
            await(() -> browser.one(form + "[role=status]").getText().startsWith("rollback to step "));

            WebElement rate = browser.one(form + "[name=learning-rate]");
            rate.sendKeys(Keys.chord(Keys.CONTROL, "a"), "0.1", Keys.ENTER); // ten times is not above ten times
            await(() -> browser.one(form + "[role=status]").getText().startsWith("set learning-rate=0.1: from step "));
            rate.sendKeys(Keys.chord(Keys.CONTROL, "a"), "1.50", Keys.ENTER);
            assertThat(browser.answer(false))
                    .startsWith("Learning rate 1.50 is 15 times the present 0.1: the model may lose");
            assertThat(browser.one(form + "[role=status]").getText()).isEqualTo("nothing was set");
            rate.sendKeys(Keys.ENTER);
            browser.answer(true);
            await(() -> browser.one(form + "[role=status]").getText().startsWith("set learning-rate=1.5: from step "));
            browser.one(form + "[data-is=reset]").click();
            assertThat(browser.answer(false)).startsWith("Reset sparse?");
            browser.one(form + "[data-is=rollback]").click();
            await(() -> browser.one(form + "[role=status]").getText().startsWith("rollback to step "));
            assertThat(browser.errors()).isEmpty();
            assertThat(browser.accessibilityViolations()).isEmpty();
        }
    }

    @Test
    @Order(6)
    void staysTruthfulThroughAKillAndARestart() throws Exception {
        try (Browser browser = browser(1360, 900, "light");
                Browser later = browser(1360, 900, "light")) {
            open(browser);
            await(() -> lossSteps(browser)[1] > 200);
            assertThat(browser.errors()).isEmpty();

            demo.kill();
            await(() -> browser.one("#connection").getText().startsWith("disconnected"));
            assertThat(browser.all("[data-is=state]"))
                    .extracting(WebElement::getText)
                    .containsOnly("last seen: running");
            assertThat(browser.all("fieldset:disabled")).hasSize(2);
            long seen = step(browser, 0);

            startDemo();
            await(() -> browser.one("#connection").getText().equals("live"));
            await(() -> step(browser, 0) > seen + 20);
            await(() -> lossSteps(browser)[1] > seen);
            assertThat(lossSteps(browser)[0])
                    .as("the page remembers what it saw before the kill")
                    .isLessThan(100);
            List<String> errors = browser.errors();
            assertThat(errors)
                    .as("but for the time without a server, and that in which it has nothing to explore yet")
                    .allSatisfy(
                            error -> assertThat(error)
                                    .matches(
                                            ".*/(live|units?|codes?)\\b.* net::ERR_.*|.*/(units?|codes?)\\b.* status of 503 .*"));
            assertThat(errors)
                    .as("asked by the panels that explore before the page knew that the server has gone")
                    .filteredOn(error -> error.contains("net::") && !error.contains("/live"))
                    .hasSizeLessThanOrEqualTo(4);

            open(later);
            await(() -> lossSteps(later)[0] < 100); // what the model said before the kill is read again
            assertThat(lossSteps(later)[1]).isGreaterThan(seen);
            assertThat(later.errors()).isEmpty();
        }
    }

    private Browser browser(int width, int height, String scheme) throws IOException {
        return new Browser(java.nio.file.Files.createTempDirectory(profile, "chromium"), width, height, scheme);
    }

    /** Opens the page, and waits until every panel of both models has something to show. */
    private static void open(Browser browser) throws Exception {
        awaitServer();
        browser.open("http://127.0.0.1:" + port + "/");
        await(() -> browser.one("#connection").getText().equals("live"));
        await(() -> browser.all(".panel.filled").size() == PANELS);
        await(() -> browser.one("#lossChart").getAttribute("aria-label").startsWith("Loss"));
        // A replay that competes for the same cores may keep a model waiting for a moment.
        await(() -> browser.all("[data-is=state]").stream()
                .allMatch(state -> state.getText().equals("running")));
    }

    private static void awaitServer() throws Exception {
        await(() -> {
            try (java.net.Socket socket = new java.net.Socket("127.0.0.1", port)) {
                return socket.isConnected();
            } catch (IOException e) {
                return false; // not listening yet
            }
        });
    }

    private static long step(Browser browser, int model) {
        String text = browser.all("[data-is=step]").get(model).getText().replace(",", "");
        return text.equals("–") ? -1 : Long.parseLong(text);
    }

    /** First and last step of the first model's loss curve. */
    private static long[] lossSteps(Browser browser) {
        Matcher matcher = Pattern.compile("steps ([0-9,]+) to ([0-9,]+):")
                .matcher(browser.one("#lossChart").getAttribute("aria-label"));
        assertThat(matcher.find()).isTrue();
        return new long[] {
            Long.parseLong(matcher.group(1).replace(",", "")),
            Long.parseLong(matcher.group(2).replace(",", ""))
        };
    }

    /** 0 … 255. */
    private static long brightness(Browser browser, String selector, String property) {
        return browser.number("return Math.max(...getComputedStyle(document.querySelector('" + selector + "'))."
                + property + ".match(/\\d+/g).slice(0, 3).map(Number))");
    }

    /** Waits for something that comes; if it does not, what the demo said last may say why. */
    private static void await(BooleanSupplier condition) throws Exception {
        // An element that the page has drawn anew in between is looked for again.
        List<SparsestreamProcess> living = demo.isAlive() ? List.of(demo) : List.of();
        Await.until("the page to show what the test expects at this point", living, condition::getAsBoolean);
    }
}
