package io.sparsestream.web;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.deque.html.axecore.results.CheckedNode;
import com.deque.html.axecore.selenium.AxeBuilder;
import io.sparsestream.support.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.openqa.selenium.Alert;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.remote.CapabilityType;

/** A real, headless Chromium with a profile of its own. */
final class Browser implements AutoCloseable {
    /** It warns that its own DevTools classes are of an older Chromium; what is used here needs none of them. */
    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium.devtools");

    static {
        SELENIUM.setLevel(Level.SEVERE);
    }

    /** Chromium without windows and menus of its own, where it is installed: it starts in half the time. */
    private static final String SHELL = "chromium-headless-shell";

    private static final String DRIVER = "chromedriver";

    private final ChromeDriver driver;

    /**
     * @param profile an empty directory
     * @param scheme {@code light} or {@code dark}
     */
    Browser(Path profile, int width, int height, String scheme) {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(binary().orElseThrow().toFile());
        program(SHELL).ifPresent(shell -> options.setCapability(CapabilityType.BROWSER_NAME, "chrome-headless-shell"));
        options.addArguments(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                "--user-data-dir=" + profile);
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
        // With the path given, Selenium looks for no driver elsewhere.
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(program(DRIVER).orElseThrow().toFile())
                .usingAnyFreePort()
                .build();
        driver = new ChromeDriver(service, options);
        resize(width, height);
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    /** Whether there is a browser, and the driver that steers it. */
    static boolean isInstalled() {
        return binary().isPresent() && program(DRIVER).isPresent();
    }

    /** Skips tests where no browser is installed. */
    static void assumeInstalled() {
        assumeTrue(isInstalled(), "no browser is installed: apt-get install chromium chromium-driver");
    }

    private static Optional<Path> binary() {
        return program(SHELL).or(() -> program("chromium"));
    }

    /** Where a program is on the path. */
    private static Optional<Path> program(String name) {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Of the page, in CSS pixels. */
    void resize(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
    }

    /** As high as the page, so that all of it is seen. */
    void unfold(int width) {
        resize(width, (int) number("return document.documentElement.scrollHeight"));
    }

    void open(String url) {
        driver.get(url);
    }

    List<WebElement> all(String selector) {
        return driver.findElements(By.cssSelector(selector));
    }

    WebElement one(String selector) {
        return driver.findElement(By.cssSelector(selector));
    }

    Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** The value of a promise, which the script returns. */
    Object await(String script, Object... arguments) {
        return driver.executeAsyncScript(
                "const done = arguments[arguments.length - 1]; (async () => {" + script
                        + "})().then(done, error => done(String(error)));",
                arguments);
    }

    /** Presses keys where the focus is. */
    void press(CharSequence keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** Moves the pointer to a place of an element, in CSS pixels from its middle. */
    void point(WebElement at, int right, int down) {
        new Actions(driver).moveToElement(at, right, down).perform();
    }

    /** Drags from the middle of an element. */
    void drag(WebElement from, int right, int down) {
        new Actions(driver).dragAndDropBy(from, right, down).perform();
    }

    /** What the page asks, and how a person answers. */
    String answer(boolean yes) {
        Alert question = driver.switchTo().alert();
        String text = question.getText();
        if (yes) {
            question.accept();
        } else {
            question.dismiss();
        }
        return text;
    }

    /** Prints to a PDF as a person would, with the style sheet for paper. */
    byte[] print() {
        return Base64.getDecoder()
                .decode((String) driver.executeCdpCommand("Page.printToPDF", Map.of("printBackground", true))
                        .get("data"));
    }

    long number(String script) {
        return ((Number) run(script)).longValue();
    }

    /** What DevTools tells of the page's use of memory and time, by its own names, after a collection. */
    Map<String, Double> metrics() {
        driver.executeCdpCommand("HeapProfiler.collectGarbage", Map.of());
        driver.executeCdpCommand("Performance.enable", Map.of());
        Map<String, Double> metrics = new HashMap<>();
        for (Object metric : (List<?>)
                driver.executeCdpCommand("Performance.getMetrics", Map.of()).get("metrics")) {
            Map<?, ?> named = (Map<?, ?>) metric;
            metrics.put((String) named.get("name"), ((Number) named.get("value")).doubleValue());
        }
        return metrics;
    }

    /** What it has complained about since it was last asked. */
    List<String> errors() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    /** What the axe rules for accessibility object to, as rule: elements. */
    List<String> accessibilityViolations() {
        return new AxeBuilder()
                .analyze(driver).getViolations().stream()
                        .map(rule -> rule.getId() + ": "
                                + rule.getNodes().stream()
                                        .map(CheckedNode::getHtml)
                                        .toList())
                        .toList();
    }

    /** The whole page, however long, as a picture. The window is then as high as before: what is not seen is not drawn. */
    void screenshot(Path file, int width) throws IOException, InterruptedException {
        int height = (int) number("return innerHeight");
        unfold(width);
        Await.pass("what was below the fold is drawn when it comes into view", Duration.ofMillis(1500));
        Files.createDirectories(file.getParent());
        Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
        resize(width, height);
    }

    /** What the window shows, after some seconds: charts need some numbers. */
    void shown(Path file) throws IOException, InterruptedException {
        Await.pass("the page has had some events", Duration.ofSeconds(6));
        Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
