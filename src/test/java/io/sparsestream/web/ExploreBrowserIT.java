package io.sparsestream.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MeasuredLearner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.learn.ScaledLearner;
import io.sparsestream.learn.nd4j.OpenBlas;
import io.sparsestream.message.InputFormat;
import io.sparsestream.support.Await;
import io.sparsestream.support.FirstImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The panels that explore models, in a real browser, on models that learn MNIST and vectors. */
class ExploreBrowserIT {
    private static final Path SCREENSHOTS = Path.of("target/screenshots");
    private static final List<String> FIELDS = List.of("temperature", "<b>pressure</b>", "flow", "level", "voltage");

    @TempDir
    Path profile;

    private final Random random = new Random(3);
    private LivePage page;
    private HttpServer server;
    private volatile boolean stopped;
    private Thread training;

    @BeforeEach
    void requireBrowser() {
        Browser.assumeInstalled();
    }

    private static InputFormat format(List<String> fields) {
        return new InputFormat(
                InputFormat.Kind.JSON, fields, new InputFormat.Label.InHeader(), InputFormat.Missing.REFUSED);
    }

    /** Makes some steps at once, then goes on until the test is over. */
    private void train(Map<String, Learner> learners, Batches batches) throws Exception {
        train(0, learners, batches);
    }

    private void train(int port, Map<String, Learner> learners, Batches batches) throws Exception {
        stopped = false;
        page = LivePage.start(learners.keySet(), false);
        server = HttpServer.start("127.0.0.1", port, page);
        learners.forEach((model, learner) -> {
            page.feed(model)
                    .expect(
                            learner.architecture().inputs() == FIELDS.size() ? format(FIELDS) : InputFormat.AUTO,
                            "records",
                            false);
            page.feed(model).onResume(learner, 0);
        });
        training = new Thread(
                () -> {
                    for (int step = 0; !stopped; step++) {
                        for (Map.Entry<String, Learner> each : learners.entrySet()) {
                            Learner learner = each.getValue();
                            MiniBatch batch = learner.newBatch();
                            batches.fill(batch, learner);
                            page.feed(each.getKey()).onStep(learner.train(batch), learner, 0);
                        }
                        pause(step < 300 ? 1 : 40); // a browser is to get on, too
                    }
                },
                "training");
        training.start();
    }

    /** Fills a mini-batch. */
    private interface Batches {
        void fill(MiniBatch batch, Learner learner);
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        stopped = true;
        if (training != null) {
            training.join();
            page.close();
            server.close();
        }
    }

    private static Learner digits() {
        return new MeasuredLearner(
                new Autoencoder(Architecture.DEFAULT, Hyperparameters.SELECTIVE, new OpenBlas()), new OpenBlas());
    }

    private Batches mnist() throws IOException {
        Dataset dataset = Dataset.read(FirstImages.MNIST, Split.TEST);
        return (batch, learner) -> {
            while (!batch.isFull()) {
                int image = random.nextInt(dataset.images().size());
                batch.add(dataset.images().get(image), Integer.toString(dataset.labels()[image]));
            }
        };
    }

    private void vectors(MiniBatch batch, Learner learner) {
        while (!batch.isFull()) {
            float[] values = new float[learner.architecture().inputs()];
            boolean isHigh = random.nextBoolean();
            for (int j = 0; j < values.length; j++) {
                values[j] = (float) (100 * (j + 1) + random.nextGaussian() + (isHigh && j < 2 ? 8 : 0));
            }
            batch.add(values, 0, isHigh ? "leak" : "normal");
        }
    }

    private Browser open(int width, int height, String scheme) throws Exception {
        Browser browser = new Browser(Files.createTempDirectory(profile, "chromium"), width, height, scheme);
        browser.open("http://127.0.0.1:" + server.port() + "/");
        return browser;
    }

    private static void show(Browser browser, String id, String ready) throws Exception {
        Await.until(id + " has something to show", () -> {
            browser.run("document.getElementById(arguments[0]).scrollIntoView()", id);
            return !browser.all("#" + id + " " + ready).isEmpty();
        });
    }

    @Test
    void unitsAreSortedFoundAndChosenByKeyboard() throws Exception {
        train(Map.of("selective", digits()), mnist());
        try (Browser browser = open(1280, 800, "light")) {
            show(browser, "units", "li[aria-selected=true]");
            Await.until("every unit of the first layer", () -> units(browser).size() == 300);
            assertThat(browser.one("#units .which").isDisplayed())
                    .as("with one model there is none to choose")
                    .isFalse();

            choose(browser, "Sort by", "unit number");
            Await.until("sorted", () -> units(browser).get(299).equals("299"));
            browser.one("#units ul").sendKeys(Keys.HOME, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
            Await.until("unit 2", () -> title(browser).equals("Unit 2 of h_e_1"));
            String active = browser.one("#units ul").getAttribute("aria-activedescendant");
            assertThat(browser.one("#" + active).getAttribute("aria-label")).matches("unit 2: (dead|on for .* %.*)");
            browser.one("#units ul").sendKeys(Keys.ARROW_DOWN);
            Await.until("the unit below", () -> Integer.parseInt(title(browser).split(" ")[1]) > 2);
            browser.one("#units ul").sendKeys(Keys.END);
            Await.until("unit 299", () -> title(browser).equals("Unit 299 of h_e_1"));

            browser.one("#units input").sendKeys("7");
            Await.until(
                    "those of 7, and unit 7",
                    () -> labels(browser).stream()
                            .allMatch(label -> label.matches("unit (7:.*|\\d+: .*most for 7,.*)")));
            assertThat(units(browser)).contains("7").hasSizeLessThan(200);
            browser.one("#units input").sendKeys(Keys.BACK_SPACE, "nothing of that name");
            Await.until("none", () -> units(browser).isEmpty());
            assertThat(browser.accessibilityViolations()).isEmpty();
            browser.one("#units input").clear();
            browser.one("#units input").sendKeys(" ");

            choose(browser, "Sort by", "density, most first");
            Await.until("the densest first", () -> units(browser).size() == 300 && isFalling(densities(browser)));
            browser.all("#units .choices button").get(1).click();
            Await.until("the code's units", () -> units(browser).size() == 30);
            click(browser, "#units li:nth-child(2)");
            Await.until("a unit of the code", () -> title(browser).endsWith(" of h_e_2"));
            Await.until(
                    "its records",
                    () -> !browser.all("#units .strongest canvas").isEmpty());
            assertThat(browser.all("#units .histogram i")).hasSize(30);
            assertThat(browser.all("#units .bars tr")).hasSize(10);
            String seen = picture(browser, "#units li canvas");
            browser.all("#units .choices button").get(3).click();
            assertThat(browser.all("#units .choices button").get(3).getText()).isEqualTo("reconstruction");
            assertThat(picture(browser, "#units li canvas")).isNotEqualTo(seen);

            click(browser, "#units .strongest button");
            show(browser, "code", ".code-bar");
            assertThat(browser.accessibilityViolations()).isEmpty();
            assertThat(browser.errors()).isEmpty();
            browser.screenshot(SCREENSHOTS.resolve("explore-light.png"), 1280);
        }
    }

    @Test
    void aUnitIsSwitchedOffDraggedAndResetAndThePictureFollows() throws Exception {
        train(Map.of("selective", digits()), mnist());
        try (Browser browser = open(1280, 800, "dark")) {
            show(browser, "code", ".code-bar");
            assertThat(browser.all("#code .code-bar")).hasSize(30);
            Await.until(
                    "the model has learned something",
                    () -> page.feed("selective").recent().look(Recent::step).orElse(0L) > 300);
            String before = note(browser);
            button(browser, "code", "Another record").click();
            // Not before it has come: what is changed in the record before is gone then.
            Await.until(
                    "weights of late",
                    () -> !note(browser).equals(before) && note(browser).matches(".*step [1-9]\\d{2,}.*"));
            String tallest = "return [...document.querySelectorAll('#code .code-bar')]"
                    + ".sort((a, b) => b.ariaValueNow - a.ariaValueNow)[0]";
            WebElement bar = (WebElement) browser.run(tallest);
            bar.click();
            Await.until("it is off", () -> bar.getAttribute("aria-valuenow").equals("0"));
            Await.until(
                    "the picture follows",
                    () -> !picture(browser, "#code figure:nth-child(3) canvas")
                            .equals(picture(browser, "#code figure:nth-child(2) canvas")));
            assertThat(verdict(browser))
                    .matches("MSE 0\\.\\S+ → 0\\.\\S+ \\([+−]\\S+\\): your changes make it (worse|better)\\.");
            String off = verdict(browser);

            browser.drag(bar.findElement(By.className("well")), 0, -60);
            assertThat(Double.parseDouble(bar.getAttribute("aria-valuenow"))).isPositive();
            assertThat(verdict(browser)).isNotEqualTo(off);
            bar.sendKeys(Keys.DELETE);
            assertThat(verdict(browser)).isEqualTo(off);
            bar.sendKeys(Keys.ARROW_UP);
            assertThat(verdict(browser)).isNotEqualTo(off);
            assertThat(bar.getAttribute("aria-valuetext")).contains(", was ");

            button(browser, "code", "Reset").click();
            assertThat(verdict(browser)).startsWith("Nothing is changed");
            // Both at one moment, because what is not changed follows the weights.
            assertThat(browser.run("const [before, after] = [2, 3].map((n) =>"
                            + "document.querySelector(`#code figure:nth-child(${n}) canvas`).toDataURL());"
                            + "return before === after;"))
                    .isEqualTo(true);
            assertThat(browser.accessibilityViolations()).isEmpty();
            assertThat(browser.errors()).isEmpty();
            browser.screenshot(SCREENSHOTS.resolve("explore-dark.png"), 1280);
        }
    }

    @Test
    void aUnitThatIsZeroInAWideCodeIsSwitchedOnByItsNumber() throws Exception {
        train(Map.of("wide", learner(Architecture.of(784, 100, 784), Hyperparameters.DICTIONARY)), mnist());
        try (Browser browser = open(1280, 800, "light")) {
            show(browser, "code", ".code-bar");
            // Bars are in the order of their values, so that new weights move them: not while one has the keyboard.
            browser.run("document.querySelector('#code .code-bar').focus();");
            String note = note(browser);
            Await.pass("the next answers of the server", Duration.ofSeconds(7));
            assertThat(note(browser)).isEqualTo(note);
            browser.press(Keys.SPACE);
            Await.until("a unit to be off", () -> verdict(browser).startsWith("MSE "));
            String before = verdict(browser);
            String zero = browser.run(
                            "const drawn = [...document.querySelectorAll('#code .number')].map((e) => e.textContent);"
                                    + "return String([...Array(100).keys()].find((unit) => !drawn.includes(String(unit))));")
                    .toString();
            int bars = browser.all("#code .code-bar").size();

            browser.one("#code .adder input").sendKeys(zero);
            browser.one("#code .adder button").click();

            assertThat(browser.all("#code .code-bar")).hasSize(bars + 1);
            WebElement bar = browser.one("#code .code-bar:last-child");
            assertThat(bar.getText()).isEqualTo(zero);
            assertThat(Double.parseDouble(bar.getAttribute("aria-valuenow"))).isPositive();
            assertThat(bar.getAttribute("aria-valuetext")).endsWith(", was 0");
            assertThat(verdict(browser)).startsWith("MSE ").isNotEqualTo(before);
            bar.click();
            Await.until("it is off", () -> bar.getAttribute("aria-valuenow").equals("0"));
            assertThat(verdict(browser)).isEqualTo(before);
            assertThat(browser.accessibilityViolations()).isEmpty();
            assertThat(browser.errors()).isEmpty();
        }
    }

    @Test
    void ofAWideCodeWithoutZerosItIsSaidThatTheGreatestAreDrawn() throws Exception {
        train(Map.of("wide", learner(Architecture.of(784, 100, 784), Hyperparameters.PLAIN)), mnist());
        try (Browser browser = open(1280, 800, "light")) {
            show(browser, "code", ".code-bar");
            assertThat(browser.all("#code .code-bar")).hasSize(64);
            assertThat(browser.one("#code .all .key").getText())
                    .contains("only the 64 greatest are drawn")
                    .doesNotContain("all 0");
            assertThat(browser.errors()).isEmpty();
        }
    }

    @Test
    void theModelOfTheNextProcessIsExploredWhereItHasOtherLayers() throws Exception {
        train(Map.of("model", learner(Architecture.of(784, 20, 12, 20, 784), Hyperparameters.PLAIN)), mnist());
        try (Browser browser = open(1280, 800, "light")) {
            show(browser, "units", "li[aria-selected=true]");
            browser.all("#units .choices button").get(1).click();
            Await.until("the code's units", () -> units(browser).size() == 12);
            int port = server.port();
            stop();
            browser.errors(); // that the server has gone
            train(port, Map.of("model", learner(Architecture.of(784, 15, 784), Hyperparameters.PLAIN)), mnist());
            Await.until("the units of its only layer", () -> units(browser).size() == 15);
            show(browser, "code", ".code-bar");
            Await.until("its code", () -> browser.all("#code .code-bar").size() == 15);
            Await.until(
                    "the chart of its only layer and of the penalty",
                    () -> browser.all("[data-is=klLegend] li").size() == 2);
            assertThat(browser.errors())
                    .filteredOn(error -> !error.contains("net::ERR_") && !error.contains("503"))
                    .isEmpty();
        }
    }

    @Test
    void theMapShowsARecordWhereItIsPointedAt() throws Exception {
        train(Map.of("selective", digits()), mnist());
        try (Browser browser = open(1280, 800, "light")) {
            show(browser, "map", ".legend button");
            assertThat(browser.all("#map .legend button"))
                    .extracting(WebElement::getText)
                    .contains("0", "9");
            WebElement plane = browser.one("#map .plane");
            Await.until("a record under the pointer", () -> {
                browser.point(plane, random.nextInt(400) - 200, random.nextInt(300) - 150);
                return browser.one("#map h3").getText().startsWith("A record of ");
            });
            assertThat(browser.one("#map .details canvas").isDisplayed()).isTrue();
            // The sample goes on, so the record that is looked at may leave it at any moment.
            Set<String> seen = new TreeSet<>();
            Await.until("its code, after other records", () -> {
                plane.sendKeys(Keys.ARROW_RIGHT, Keys.ARROW_DOWN, Keys.ENTER);
                seen.add(plane.getAttribute("aria-valuenow"));
                String label = plane.getAttribute("aria-valuetext").replaceAll("A record of (\\d)", "$1");
                String code = browser.run("return document.querySelector('#code .aside').textContent")
                        .toString();
                return seen.size() > 1 && code.contains("record of " + label);
            });
            WebElement one = browser.one("#map .legend button");
            one.click();
            assertThat(one.getAttribute("aria-pressed")).isEqualTo("true");
            assertThat(browser.accessibilityViolations()).isEmpty();
            assertThat(browser.errors()).isEmpty();
        }
    }

    @Test
    void directionsOfTheMapStayWhatTheyWere() throws Exception {
        train(Map.of("selective", digits()), mnist());
        try (Browser browser = open(800, 600, "light")) {
            Object distance = browser.await("""
                    const { pca } = await import("/js/pca.js");
                    let seed = 1;
                    const next = () => (seed = (seed * 16807) % 2147483647) / 2147483647 - 0.5;
                    const make = (a, b) => Float64Array.from({ length: 500 * 6 }, (_, i) => next() * [a, b, 1, 0.5, 0.5, 0.5][i % 6]);
                    const first = pca(make(9, 8), 6, null);
                    const second = pca(make(8, 9), 6, first.axes); // the other direction is the longer one now
                    const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
                    return [0, 1].map((axis) => dot(first.axes[axis], second.axes[axis])).concat(first.share)
                        .map((value) => Math.round(1000 * value));
                    """);
            assertThat((List<?>) distance)
                    .allSatisfy(each -> assertThat(((Number) each).intValue()).isGreaterThan(950));
        }
    }

    @Test
    void everyKindOfModelIsDecodedInTheBrowserAsByTheServer() throws Exception {
        Hyperparameters plain = Hyperparameters.PLAIN.with(Map.of("batch", "8"));
        Map<String, Learner> learners = new LinkedHashMap<>();
        learners.put("sigmoid", learner(Architecture.of(9, 6, 3, 6, 9), plain));
        learners.put("relu", learner(Architecture.of(9, 6, 3, 6, 9), plain.with(Map.of("activation", "relu"))));
        learners.put(
                "linear",
                learner(
                        Architecture.of(9, 20, 9),
                        plain.with(Map.of("activation", "batchtopk:4", "output", "linear"))));
        learners.put("jumprelu", learner(Architecture.of(9, 6, 9), plain.with(Map.of("activation", "jumprelu"))));
        learners.put("sensors", learner(Architecture.of(5, 3, 5), Hyperparameters.VECTORS.with(Map.of("batch", "8"))));
        learners.put(
                "minmax",
                learner(
                        Architecture.of(5, 3, 5),
                        Hyperparameters.VECTORS.with(Map.of("batch", "8", "scale", "minmax"))));
        train(learners, (batch, learner) -> {
            if (learner.architecture().inputs() == FIELDS.size()) {
                vectors(batch, learner);
            }
            while (!batch.isFull()) {
                float[] values = new float[9];
                for (int j = 0; j < 9; j++) {
                    values[j] = random.nextFloat();
                }
                batch.add(values, 0, "");
            }
        });
        try (Browser browser = open(800, 600, "light")) {
            for (String model : learners.keySet()) {
                Await.until(
                        model + " has learned",
                        () -> page.feed(model).recent().look(Recent::step).orElse(0L) > 100);
                Object furthest = browser.await("""
                        const { Decoder } = await import("/js/decoder.js");
                        const { bytes } = await import("/js/format.js");
                        const code = await (await fetch("/code?model=" + arguments[0])).json();
                        const decoder = new Decoder(code.step, new Float32Array(bytes(code.decoder).buffer), code);
                        const { values, mse } = decoder.decode(code.code, code.values);
                        const far = (a, b) => Math.abs(a - b) / Math.max(1, Math.abs(b));
                        return Math.round(1e6 * Math.max(far(mse, code.mse), ...values.map((value, i) => far(value, code.reconstruction[i]))));
                        """, model);
                assertThat(furthest).as(model).isInstanceOf(Number.class);
                assertThat(((Number) furthest).longValue()).as(model).isLessThan(100); // 1e-4
            }
        }
    }

    private static Learner learner(Architecture architecture, Hyperparameters hyperparameters) {
        return ScaledLearner.of(new Autoencoder(architecture, hyperparameters, new PortableProduct()));
    }

    @Test
    void vectorsAreNamedBarsAndFitAPhone() throws Exception {
        train(
                Map.of(
                        "sensors",
                        learner(Architecture.of(5, 4, 5), Hyperparameters.VECTORS.with(Map.of("batch", "8")))),
                this::vectors);
        try (Browser browser = open(390, 844, "light")) {
            show(browser, "units", ".details .numbers tbody tr");
            assertThat(units(browser)).hasSize(4);
            assertThat(browser.all("#units li .input"))
                    .extracting(WebElement::getText)
                    .containsAnyElementsOf(FIELDS);
            assertThat(browser.all("#units .numbers tbody th"))
                    .extracting(WebElement::getText)
                    .containsExactlyInAnyOrderElementsOf(FIELDS);
            assertThat(browser.one("#units .telling").getText()).matches("(?s).* sd\\).*");

            show(browser, "code", ".numbers tbody tr");
            assertThat(browser.all("#code .numbers tbody th"))
                    .extracting(WebElement::getText)
                    .containsExactlyElementsOf(FIELDS);
            browser.one("#code .code-bar").sendKeys(Keys.SPACE);
            Await.until(
                    "the inputs that have moved",
                    () -> !browser.all("#code .moved").isEmpty());
            assertThat(verdict(browser)).startsWith("MSE ");

            show(browser, "map", ".legend button");
            browser.one("#map .plane").sendKeys(Keys.ARROW_RIGHT);
            Await.until("a record", () -> browser.one("#map h3").getText().matches("A record of (leak|normal)"));
            assertThat(browser.all("#map .details th"))
                    .extracting(WebElement::getText)
                    .containsExactlyElementsOf(FIELDS);
            assertThat(browser.number("return document.documentElement.scrollWidth"))
                    .isEqualTo(390);
            assertThat(browser.accessibilityViolations()).isEmpty();
            assertThat(browser.errors()).isEmpty();
            browser.screenshot(SCREENSHOTS.resolve("explore-vectors-phone.png"), 390);
        }
    }

    /** Numbers of the units in the grid, in their order. */
    @SuppressWarnings("unchecked")
    private static List<String> units(Browser browser) {
        return (List<String>)
                browser.run("return [...document.querySelectorAll('#units li[data-unit]')].map(e => e.dataset.unit)");
    }

    @SuppressWarnings("unchecked")
    private static List<String> labels(Browser browser) {
        return (List<String>)
                browser.run("return [...document.querySelectorAll('#units li[data-unit]')].map(e => e.ariaLabel)");
    }

    private static List<?> densities(Browser browser) {
        return (List<?>) browser.run("return [...document.querySelectorAll('#units li[data-unit]')]"
                + ".map(e => Number((/on for (\\S+) %/.exec(e.ariaLabel) ?? [0, 0])[1]))");
    }

    private static boolean isFalling(List<?> values) {
        for (int i = 1; i < values.size(); i++) {
            if (((Number) values.get(i)).doubleValue() > ((Number) values.get(i - 1)).doubleValue()) {
                return false;
            }
        }
        return true;
    }

    private static String title(Browser browser) {
        return browser.one("#units .details h3").getText();
    }

    /** What the code's panel says of its record. */
    private static String note(Browser browser) {
        return browser.run("return document.querySelector('#code .aside').textContent")
                .toString();
    }

    private static String verdict(Browser browser) {
        return browser.one("#code .verdict").getText();
    }

    private static String picture(Browser browser, String canvas) {
        return (String) browser.run("return document.querySelector(arguments[0]).toDataURL()", canvas);
    }

    private static void choose(Browser browser, String label, String option) {
        browser.run("""
                const select = [...document.querySelectorAll("#units label")].find(e => e.textContent.startsWith(arguments[0])).querySelector("select");
                select.value = arguments[1];
                select.dispatchEvent(new Event("change"));
                """, label, option);
    }

    /** Clicks the first element of that kind, which may be drawn anew at any moment. */
    private static void click(Browser browser, String elements) throws Exception {
        Await.until("a click on " + elements, () -> {
            browser.one(elements).click();
            return true;
        });
    }

    private static WebElement button(Browser browser, String id, String text) {
        return browser.all("#" + id + " .controls button").stream()
                .filter(each -> each.getText().equals(text))
                .findFirst()
                .orElseThrow();
    }
}
