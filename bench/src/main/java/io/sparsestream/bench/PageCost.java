package io.sparsestream.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What open pages take of the demo's rate. One demo runs all the time while pages come and go, so that each turn finds a warm
 * one. The clients read what a browser reads and draw nothing: a person's browser is seldom on the trainer's machine.
 */
final class PageCost {
    private static final long WARM_UP_MILLIS = 20_000;
    private static final long SETTLE_MILLIS = 400;
    private static final String STEPS = "sparsestream_steps_total";

    /** What the panels that explore ask for while they are on screen, and how often in milliseconds. */
    private static final Map<String, Long> QUESTIONS = Map.of(
            "units?model=sparse&layer=h_e_1", 4000L, "code?model=sparse&known=0", 3000L, "codes?model=sparse", 5000L);

    private final Random random = new Random(1); // when in its turn a question is first asked
    private final ProductProcess demo;
    private final URI address;
    private final Meters meters;

    private PageCost(ProductProcess demo, URI address) {
        this.demo = demo;
        this.address = address;
        meters = new Meters(address);
    }

    private record Setting(String name, int pages, boolean explores) {}

    private static final Setting NONE = new Setting("no page", 0, false);
    private static final List<Setting> SETTINGS = List.of(
            new Setting("one page", 1, false),
            new Setting("one page, its explorer on screen", 1, true),
            new Setting("ten pages", 10, false));

    /** The page's own thread, and the server's. */
    private static final Set<String> THREADS = Set.of("live-page", "JettyServerThre");

    /**
     * What one turn showed.
     *
     * @param cpuMillisPerStep of the whole process
     * @param pagePercent processor time of the page's threads, in per cent of one core
     */
    private record Seen(double stepsPerSecond, double cpuMillisPerStep, double pagePercent) {}

    static void run(Report report, Path data, int rounds, double seconds) throws IOException, InterruptedException {
        Path work = Files.createTempDirectory("sparsestream-bench-");
        List<String> line = List.of(
                "--models=sparse",
                "--port=0",
                "--steps=100000000",
                "--data=" + data.toAbsolutePath(),
                "--dir=" + work.resolve("demo"));
        Map<String, List<Double>> rates = new LinkedHashMap<>();
        Map<String, List<Double>> times = new LinkedHashMap<>();
        Map<String, List<Double>> threads = new LinkedHashMap<>();
        try (ProductProcess demo = ProductProcess.demo(Version.THIS, work.resolve("demo.log"), line)) {
            PageCost cost = new PageCost(demo, demo.page());
            Thread.sleep(WARM_UP_MILLIS);
            for (int round = 0; round < rounds; round++) {
                for (Setting setting : SETTINGS) {
                    // Before and after, so that a machine that grows faster or slower meets both alike.
                    Seen before = cost.measure(NONE, seconds);
                    Seen with = cost.measure(setting, seconds);
                    Seen after = cost.measure(NONE, seconds);
                    double without = (before.stepsPerSecond + after.stepsPerSecond) / 2;
                    double cpuWithout = (before.cpuMillisPerStep + after.cpuMillisPerStep) / 2;
                    add(rates, setting.name, 100 * (1 - with.stepsPerSecond / without));
                    add(times, setting.name, 100 * (with.cpuMillisPerStep / cpuWithout - 1));
                    add(threads, NONE.name, before.pagePercent);
                    add(threads, setting.name, with.pagePercent);
                }
            }
        }
        List<List<String>> rows = new ArrayList<>();
        Map<String, Sample> samples = new LinkedHashMap<>();
        threads.forEach((name, values) -> {
            Sample thread = new Sample(values);
            samples.put(name + ", the page's threads, % of a core", thread);
            if (name.equals(NONE.name)) {
                rows.add(List.of(name, "", "", thread.formatMean("%.2f")));
                return;
            }
            Sample rate = new Sample(rates.get(name));
            Sample time = new Sample(times.get(name));
            samples.put(name + ", % of the rate", rate);
            samples.put(name + ", % of processor time a step", time);
            rows.add(List.of(name, rate.formatMean("%.1f"), time.formatMean("%.1f"), thread.formatMean("%.2f")));
        });
        report.add(
                "What open pages take of the demo, " + rounds + " rounds, each between two without a page",
                List.of("", "% of the rate", "more processor time a step, %", "the page's threads, % of a core"),
                rows,
                samples);
    }

    private static void add(Map<String, List<Double>> lists, String name, double value) {
        lists.computeIfAbsent(name, each -> new ArrayList<>()).add(value);
    }

    private Seen measure(Setting setting, double seconds) throws IOException, InterruptedException {
        List<HttpURLConnection> connections = new ArrayList<>();
        ScheduledExecutorService panels = Executors.newSingleThreadScheduledExecutor();
        try {
            for (int each = 0; each < setting.pages; each++) {
                HttpURLConnection connection =
                        (HttpURLConnection) address.resolve("live").toURL().openConnection();
                connections.add(connection);
                InputStream stream = connection.getInputStream();
                Thread reader = new Thread(() -> readToEnd(stream));
                reader.setDaemon(true);
                reader.start();
            }
            if (setting.explores) {
                QUESTIONS.forEach((question, every) -> panels.scheduleAtFixedRate(
                        () -> ask(question), random.nextLong(every), every, TimeUnit.MILLISECONDS));
            }
            Thread.sleep(SETTLE_MILLIS);
            demo.look();
            double cpu = demo.cpuSeconds();
            double page = demo.cpuSecondsOf(THREADS);
            long start = System.nanoTime();
            double steps = meters.read().sum(STEPS);
            Thread.sleep((long) (1000 * seconds));
            double made = meters.read().sum(STEPS) - steps;
            double took = (System.nanoTime() - start) / 1e9;
            demo.look();
            return new Seen(
                    made / took,
                    1000 * (demo.cpuSeconds() - cpu) / made,
                    100 * (demo.cpuSecondsOf(THREADS) - page) / took);
        } finally {
            panels.shutdownNow();
            connections.forEach(HttpURLConnection::disconnect);
        }
    }

    private static void readToEnd(InputStream stream) {
        try {
            stream.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // The page was closed: that is how it ends.
            return;
        }
    }

    private void ask(String question) {
        try {
            readToEnd(address.resolve(question).toURL().openStream());
        } catch (IOException e) {
            throw new IllegalStateException("the page's server refuses " + question, e);
        }
    }
}
