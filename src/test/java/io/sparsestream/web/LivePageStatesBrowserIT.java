package io.sparsestream.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.nd4j.OpenBlas;
import io.sparsestream.message.Control;
import io.sparsestream.message.ControlResult;
import io.sparsestream.support.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/**
 * The page in a real Chromium through all that can happen to a process, on real learners and digits in the stream
 * thread's place: so a step, a restart and an end come when the test wants them.
 */
class LivePageStatesBrowserIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** Comparison, three charts, sparsity; and of each of two models three of its own. */
    private static final int PANELS = 5 + 2 * 3;

    private static final String DETAIL = ".detail:not([hidden]) ";
    private static final String DIGEST = "return [...document.querySelectorAll(arguments[0])].map(c => c.toDataURL())";
    /** Notes what is written on canvases, and how it is aligned. */
    private static final String SPY = """
            window.written = [];
            const fillText = CanvasRenderingContext2D.prototype.fillText;
            CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
              window.written.push([text, this.textAlign]);
              fillText.call(this, text, ...place);
            };
            """;

    private static Dataset dataset;

    @TempDir
    static Path profile;

    /** One for all tests: each has a server with a port of its own, and so the page there knows nothing of the others. */
    private static Browser browser;

    private final Map<String, Learner> learners = new LinkedHashMap<>();
    private LivePage page;
    private HttpServer server;
    private int image;

    @BeforeAll
    static void read() throws IOException {
        Browser.assumeInstalled();
        dataset = Dataset.read(Path.of("data/mnist"), Split.TEST);
        browser = new Browser(profile, 1280, 800, "light");
    }

    @AfterAll
    static void closeBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void start() throws IOException {
        learners.put("sparse", new Autoencoder(Architecture.DEFAULT, Hyperparameters.SPARSE, new OpenBlas()));
        learners.put("plain", new Autoencoder(Architecture.DEFAULT, Hyperparameters.PLAIN, new OpenBlas()));
        startProcess(0);
        browser.resize(1280, 800);
    }

    @AfterEach
    void stop() throws Exception {
        browser.open("about:blank");
        browser.errors(); // those of this test that it did not ask for
        endProcess();
    }

    private void startProcess(int port) throws IOException {
        page = LivePage.start(learners.keySet(), true);
        server = HttpServer.start("127.0.0.1", port, page);
    }

    private void endProcess() throws InterruptedException {
        page.close();
        server.close();
    }

    @Test
    void everySwitchLegendTableAndPickerDoesWhatItSays() throws Exception {
        steps(12);
        open();

        for (WebElement choice : browser.all(".choice:not([role=tablist])")) {
            List<WebElement> buttons = choice.findElements(By.tagName("button"));
            for (int i : new int[] {0, 1, 0, 1, 1, buttons.size() - 1}) {
                click(buttons.get(i));
                assertThat(buttons)
                        .extracting(button -> button.getAttribute("aria-pressed"))
                        .containsOnlyOnce("true");
                assertThat(buttons.get(i).getAttribute("aria-pressed")).isEqualTo("true");
            }
        }
        String legends = "#curveModels button, " + DETAIL + ".legend:not(.key) button";
        for (WebElement legend : browser.all(legends)) {
            click(legend);
            assertThat(legend.getAttribute("aria-pressed")).isEqualTo("false");
        }
        steps(2); // all lines are hidden, and come again
        for (WebElement legend : browser.all(legends)) {
            click(legend);
            assertThat(legend.getAttribute("aria-pressed")).isEqualTo("true");
        }
        for (WebElement summary : browser.all("summary")) {
            if (summary.isDisplayed()) {
                click(summary);
            }
        }
        await(() -> browser.all(".panel details[open] tbody tr").size() > 2 * 5);
        for (WebElement tab : browser.all("[role=tab]")) {
            click(tab);
            assertThat(tab.getAttribute("aria-selected")).isEqualTo("true");
            assertThat(browser.all(DETAIL)).hasSize(1);
            for (WebElement picker : browser.all(DETAIL + "[role=slider]")) {
                String before = picker.getAttribute("aria-valuenow");
                click(picker);
                assertThat(picker.getAttribute("aria-valuenow")).isNotEqualTo(before);
            }
        }
        browser.one("[role=tab]:last-child").sendKeys(Keys.HOME);
        assertThat(browser.one("[role=tab]:first-child").getAttribute("aria-selected"))
                .isEqualTo("true");
        for (WebElement original : browser.all(".originals button")) {
            click(original);
            assertThat(browser.all(".originals [aria-pressed=true]")).containsExactly(original);
        }
        for (WebElement drawer : browser.all("[data-is=steer]")) {
            click(drawer);
            assertThat(drawer.getAttribute("aria-expanded")).isEqualTo("true");
        }
        assertThat(browser.all(".steering")).allMatch(WebElement::isDisplayed);
        assertThat(browser.errors()).isEmpty();
    }

    /** A movement of some moments four times a second would be drawn sixty times a second. */
    @Test
    void newNumbersAreDrawnOnce() throws Exception {
        steps(12);
        open();
        browser.run("""
                window.movements = 0;
                for (const start of ["transitionrun", "animationstart"]) {
                    addEventListener(start, () => window.movements++);
                }
                """);
        String before = texts("step").get(0);
        steps(3);
        await(() -> !texts("step").get(0).equals(before));
        Await.pass("bars that would move have begun to", Duration.ofMillis(500));

        assertThat(browser.number("return window.movements")).isZero();
    }

    @Test
    void lossesThatAreNoNumbersHangNothing() {
        browser.open(url());
        Object plots = browser.await("""
                const { Curves } = await import("/js/curves.js");
                const curves = new Curves();
                curves.show(["test"]);
                for (const value of [0, "Infinity", "NaN", null, 1e-320, 0.3]) {
                  const two = [value, value];
                  const loss = { total: two, mse: two, l2: [0, 0], kl: [0, 0] };
                  curves.history({ model: "test", steps: [1, 2], loss, recent: { h: two }, active: { h: two }, stride: 1 });
                  for (const button of document.querySelectorAll("#curves .choice button")) {
                    button.click();
                    await new Promise((done) => setTimeout(done, 50));
                  }
                }
                return document.querySelectorAll("#lossChart .uplot").length;
                """);

        assertThat(plots).isEqualTo(1L);
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void sideBySideEverythingHasOneScale() throws Exception {
        steps(60); // so that the models are unlike
        open();
        steps(1);

        String labels = "#byLabelBars td:nth-child(%d)";
        await(() -> fullBars(labels.formatted(2), labels.formatted(3)));
        String shots = "#looks li:nth-child(%d) .shot";
        await(() -> fullBars(shots.formatted(2), shots.formatted(3)));
        assertThat(browser.errors()).isEmpty();
    }

    /** Whether a full bar would have the same value in both, by the longest one of each. */
    private boolean fullBars(String one, String other) {
        double full = fullBar(one);
        return Math.abs(full - fullBar(other)) < 0.02 * full;
    }

    private double fullBar(String bars) {
        return ((Number) browser.run("""
                        const cells = [...document.querySelectorAll(arguments[0])];
                        const values = cells.map((cell) => [parseFloat((cell.querySelector("b")?.textContent ?? cell.title).replace("error ", "")),
                          parseFloat(cell.querySelector("i").style.width)]);
                        const [value, width] = values.reduce((a, b) => (b[1] > a[1] ? b : a));
                        return (100 * value) / width;
                        """, bars)).doubleValue();
    }

    /** What a model made of the records at its first steps, fetched when the slider is there. */
    @Test
    void whatWasRedrawnEarlierIsReplayed() throws Exception {
        steps(60);
        open();
        steps(1); // what is shown may be of the first step, if the others came at once
        await(() -> browser.one("#momentNote").getText().startsWith("now, step 6"));
        String error = "#looks li:nth-child(3) .value";
        await(() -> Integer.parseInt(browser.one("#moment").getAttribute("max")) >= 5);
        double now = Double.parseDouble(browser.one(error).getText().split(" ")[0]);
        browser.one("#moment").sendKeys(Keys.HOME);
        await(() -> browser.one("#momentNote").getText().matches("after \\d+ steps?"));
        await(() -> Double.parseDouble(browser.one(error).getText().split(" ")[0]) > 1.3 * now);
        steps(1);
        Await.pass("what is looked at stays", Duration.ofMillis(1500));
        assertThat(browser.one("#momentNote").getText()).startsWith("after");

        click(browser.one("#play"));
        await(() -> browser.one("#play").getText().equals("Replay"));
        await(() -> browser.one("#momentNote").getText().startsWith("now, step 6"));
        assertThat(Double.parseDouble(browser.one(error).getText().split(" ")[0]))
                .isLessThan(1.1 * now);
        assertThat(browser.errors()).isEmpty();
    }

    /** Its steps have the numbers of those of the model before. */
    @Test
    void whatAModelRedrewBeforeItWasSetBackIsNotReplayed() {
        browser.open(url());
        Object texts = browser.await("""
                const { Comparison } = await import("/js/comparison.js");
                const look = (step, mse) => ({ model: "m", step, rows: 2, columns: 1, names: [], labels: ["a"], heldOut: false,
                  mse: [mse], originals: "AAA=", reconstructions: "AAA=", layers: [], steps: [1, 2, 4].filter((each) => each < step) });
                const made = new Map([[1, 0.11], [4, 0.14]]); // what the server has: step 2 is not kept
                const asked = [];
                window.fetch = async (path) => {
                  const step = Number(path.split("/").at(-1));
                  asked.push(step);
                  const kept = made.has(step) ? step : 1;
                  return { ok: true, json: async () => look(kept, made.get(kept)) };
                };
                const comparison = new Comparison(() => {}, () => {});
                comparison.show(["m"]);
                const slider = document.getElementById("moment");
                const said = [];
                const note = () => said.push(document.querySelector("#looks .model-row .value").textContent);
                const go = async (index) => {
                  slider.value = String(index);
                  slider.dispatchEvent(new Event("input"));
                  await new Promise((done) => setTimeout(done, 50));
                  note();
                };
                comparison.look(look(8, 0.18));
                for (const index of [0, 1, 1, 2, 0]) {
                  await go(index);
                }
                made.set(1, 0.21).set(4, 0.24);
                comparison.look(look(6, 0.26)); // set back, and five steps made again
                note();
                await go(0);
                await go(2);
                return [...said, asked.join()];
                """);

        assertThat(texts)
                .isEqualTo(
                        List.of("0.110", "0.110", "0.110", "0.140", "0.110", "0.260", "0.210", "0.240", "1,2,2,4,1,4"));
    }

    @Test
    void isAccessibleBeforeTheFirstStepToo() throws Exception {
        browser.open(url());
        await(() -> browser.all(".model").size() == 2);

        assertThat(browser.accessibilityViolations()).isEmpty();
        assertThat(browser.all("[role=slider]")).isNotEmpty();
        assertThat(browser.one("#sentence").getText()).startsWith("Waiting for the first record");
        steps(2); // among the first 120 digits is one of each
        await(() -> browser.all(".panel.filled").size() == PANELS);
        assertThat(browser.all("[role=slider]"))
                .extracting(slider -> slider.getAttribute("aria-valuenow"))
                .doesNotContainNull();
        assertThat(browser.accessibilityViolations()).isEmpty();
    }

    @Test
    void nothingOfADeadProcessIsMixedWithTheNext() throws Exception {
        steps(30);
        checkpoint(24);
        open();
        await(() -> texts("checkpoint").equals(List.of("24", "24")));
        assertThat(browser.all("fieldset:disabled")).isEmpty();

        int port = server.port();
        endProcess();
        await(() -> connection().startsWith("disconnected"));
        assertThat(browser.all("body.stale")).hasSize(1);
        assertThat(browser.all("fieldset:disabled")).hasSize(2);
        assertThat(texts("state")).allMatch(state -> state.startsWith("last seen: "));
        assertThat(tones("state")).containsOnly("neutral");
        assertThat(browser.accessibilityViolations()).isEmpty();

        startProcess(port);
        await(() -> connection().equals("live"));
        await(() -> texts("state").equals(List.of("starting", "starting")));
        for (String tile : List.of("step", "loss", "checkpoint")) {
            assertThat(texts(tile)).as(tile).containsExactly("–", "–");
        }
        assertThat(browser.all(".panel.old")).hasSize(PANELS);
        assertThat(browser.all("body.stale")).isEmpty();
        assertThat(browser.all("fieldset:disabled")).as("of the old values").hasSize(2);
        assertThat(browser.accessibilityViolations()).isEmpty();

        steps(1);
        await(() -> browser.all(".panel.old").isEmpty());
        assertThat(texts("checkpoint")).containsExactly("–", "–");
        assertThat(texts("step")).containsExactly("30", "30");
        assertThat(browser.all("fieldset:disabled")).isEmpty();
    }

    @Test
    void aFinishedRunStaysReadableWithItsFiguresEvenWithoutItsProcess() throws Exception {
        steps(30);
        open();
        page.feed("sparse").finish(List.of(new Figure("test loss", "0.0352"), new Figure("images", "1,200,000")));
        page.feed("plain").finish(List.of(new Figure("test loss", "0.0082")));

        await(() -> texts("state").equals(List.of("finished", "finished")));
        assertThat(tones("state")).containsOnly("good");
        assertThat(browser.all(".figures"))
                .extracting(WebElement::getText)
                .containsExactly("test loss\n0.0352\nimages\n1,200,000", "test loss\n0.0082");
        assertThat(connection()).isEqualTo("live");
        assertThat(browser.all("fieldset:disabled")).hasSize(2);
        assertThat(browser.accessibilityViolations()).isEmpty();

        endProcess();
        await(() -> connection().startsWith("finished at "));
        assertThat(browser.one("#connection").getAttribute("data-tone")).isEqualTo("neutral");
        assertThat(texts("state")).containsExactly("finished", "finished");
        assertThat(browser.all("body.stale")).isEmpty();
    }

    /** A demo on a directory whose steps have all been made: there is nothing to draw. */
    @Test
    void aRunThatHadNothingLeftToLearnSaysSoInsteadOfEmptyPanels() throws Exception {
        browser.open(url());
        await(() -> connection().equals("live"));
        assertThat(browser.all(DETAIL + ".panel:not([hidden])")).isNotEmpty().allMatch(WebElement::isDisplayed);
        page.feed("sparse").finish(List.of(new Figure("test loss", "0.0352")));
        page.feed("plain").finish(List.of(new Figure("test loss", "0.0082")));

        await(() -> texts("before")
                .equals(List.of(
                        "Nothing was left to learn in this run: the figures are those of an earlier one.",
                        "Nothing was left to learn in this run: the figures are those of an earlier one.")));
        await(() -> browser.all(".panel").stream().noneMatch(WebElement::isDisplayed));
        assertThat(browser.all("[data-is=before]")).allMatch(WebElement::isDisplayed);
    }

    @Test
    void aHeldViewStillHasTheAnswerToWhatAPersonSays() throws Exception {
        steps(3);
        open();
        browser.one("#freeze").click();
        await(() -> connection().equals("view frozen"));
        assertThat(browser.one("#freeze").getText()).isEqualTo("Resume view");
        assertThat(texts("hold")).containsOnly("Pause training");
        steps(4);
        Await.pass("a view that is held must not go on", Duration.ofSeconds(1));
        assertThat(texts("step")).containsExactly("2", "2");
        browser.one("#freeze").click();
        await(() -> texts("step").equals(List.of("6", "6")));
    }

    @Test
    void wordsOfMarksStandBesideTheirLines() throws Exception {
        steps(30);
        browser.open(url());
        browser.run(SPY);
        await(() -> browser.all(".panel.filled").size() == PANELS);
        Learner learner = learners.get("sparse");
        String said = "{\"command\":\"set\",\"hyperparameters\":{\"beta\":\"7.50e-3\"}}";
        page.feed("sparse")
                .onControl(
                        ControlResult.of(
                                "sparse",
                                learner,
                                said.getBytes(StandardCharsets.UTF_8),
                                "control-0@0",
                                (Control control) ->
                                        learner.set(learner.hyperparameters().withLive(control.hyperparameters()))),
                        learner);
        browser.run("document.querySelector('#lossChart').scrollIntoView()");
        steps(1);

        await(() ->
                browser.number("return window.written.filter(([text]) => text === 'sparse: set beta=0.0075').length")
                        > 0);
        assertThat(
                        browser.run(
                                "return [...new Set(window.written.filter(([text]) => /set beta|^ρ/.test(text)).map(([, a]) => a))]"))
                .isEqualTo(List.of("left"));
    }

    @Test
    void whatIsPrintedIsNotBlankAndIsOfNow() throws Exception {
        steps(5);
        open();
        // Off screen, too, everything has been drawn once.
        String below =
                DETAIL + "[data-panel=filters] canvas, " + DETAIL + "[data-panel=units] canvas, #sparsity canvas";
        await(() -> browser.number("return [...document.querySelectorAll('" + below + "')].filter(c => { const d ="
                        + " c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
                        + " return new Set(new Uint32Array(d.buffer)).size < 3; }).length")
                == 0);
        Await.pass("all kinds of events are to come", Duration.ofMillis(2500));
        Object before = browser.run(DIGEST, below);
        steps(40);
        Await.pass("all kinds of events are to come again", Duration.ofMillis(2500));
        browser.run("window.printed = []; addEventListener('beforeprint', () => window.printed.push([..."
                + "document.querySelectorAll(arguments[0])].map(c => c.toDataURL())))"
                        .replace("arguments[0]", "'" + below + "'"));

        byte[] pdf = browser.print();

        assertThat(new String(pdf, 0, 5, StandardCharsets.US_ASCII)).isEqualTo("%PDF-");
        List<?> printed = (List<?>) ((List<?>) browser.run("return window.printed")).get(0);
        assertThat(printed.size()).isEqualTo(((List<?>) before).size());
        assertThat(Collections.disjoint(printed, (List<?>) before)).isTrue();
        assertThat(browser.errors())
                .as("but for the server's goodbye to a page that prints for half a minute, on a busy machine")
                .hasSizeLessThanOrEqualTo(1)
                .allMatch(error ->
                        error.endsWith("/live - Failed to load resource: net::ERR_INCOMPLETE_CHUNKED_ENCODING"));
    }

    /** The old part is a mean of several steps, the new one begins with single ones. */
    @Test
    void beforeAndAfterARestartACurveIsEquallySmooth() {
        browser.open(url());
        Object points = browser.await("""
                const { History } = await import("/js/history.js");
                const curve = (first, stride, count) => {
                  const steps = Array.from({ length: count }, (_, i) => first + (i + 1) * stride - 1);
                  return { stride, first, steps, loss: { total: steps.map((step) => step % 4) }, recent: { h: steps }, active: { h: steps } };
                };
                const history = new History();
                history.replace(curve(0, 4, 5)); // the steps 0 to 19
                history.restarted();
                history.replace(curve(16, 1, 6)); // 16 to 19 again, then two more
                const { stride, steps, loss, recent } = history.points();
                return [stride, steps, loss.total.at(-1), recent.h, history.restarts].map(String);
                """);

        assertThat(points).isEqualTo(List.of("4", "3,7,11,15,19", "1.5", "3,7,11,15,19", "16"));
    }

    /** The server sends what it recalls of the model in front of what the process itself did. */
    @Test
    void aRestartIsMarkedAtItsOwnStepWhateverPastIsInFront() {
        browser.open(url());
        Object points = browser.await("""
                const { History } = await import("/js/history.js");
                const recalled = (last, own) => {
                  const steps = Array.from({ length: last + 1 }, (_, step) => step);
                  return { stride: 1, ...own, steps, loss: { total: steps }, recent: {}, active: {} };
                };
                const history = new History();
                history.replace(recalled(10, { first: 0 }));
                const seen = [];
                for (const first of [8, 20, 15]) {
                  history.restarted();
                  history.replace(recalled(first - 1, {})); // before its first step
                  seen.push(String(history.restarts));
                  history.replace(recalled(first + 5, { first }));
                  seen.push(String(history.restarts));
                  history.replace(recalled(first + 9, { first }));
                }
                return [...seen, String(history.restarts)];
                """);

        assertThat(points).isEqualTo(List.of("", "8", "8", "8,20", "8,20", "8,15", "8,15"));
    }

    private void steps(int count) {
        for (Map.Entry<String, Learner> model : learners.entrySet()) {
            for (int i = 0; i < count; i++) {
                MiniBatch batch = model.getValue().newBatch();
                while (!batch.isFull()) {
                    batch.add(dataset.images().get(image), Integer.toString(dataset.label(image)));
                    image = (image + 1) % dataset.size();
                }
                page.feed(model.getKey()).onStep(model.getValue().train(batch), model.getValue(), 1);
            }
        }
    }

    private void checkpoint(long step) {
        learners.keySet().forEach(model -> page.feed(model).onCheckpoint(step, 1_000_000));
    }

    private String url() {
        return "http://127.0.0.1:" + server.port() + "/";
    }

    /** Opens the page, and waits until every panel of both models has something to show. */
    private void open() throws Exception {
        browser.open(url());
        await(() -> browser.all(".panel.filled").size() == PANELS);
        await(() -> connection().equals("live"));
    }

    private String connection() {
        return browser.one("#connection").getText();
    }

    private List<String> texts(String part) {
        // Also what is folded up.
        return browser.all("[data-is=" + part + "]").stream()
                .map(node -> node.getDomProperty("textContent"))
                .toList();
    }

    private List<String> tones(String part) {
        return browser.all("[data-is=" + part + "]").stream()
                .map(node -> node.getAttribute("data-tone"))
                .toList();
    }

    /** As a person does, who scrolls there first; what is clicked may be below the bar that stays at the top. */
    private void click(WebElement element) {
        browser.run("arguments[0].scrollIntoView({ block: 'center' })", element);
        element.click();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        // An element that the page has drawn anew in between is looked for again.
        Await.until("the page to show what the test expects at this point", LIMIT, condition::getAsBoolean);
    }
}
