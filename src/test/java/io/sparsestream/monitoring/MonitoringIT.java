package io.sparsestream.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparsestream.support.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dashboards and alert rules against what a running pipeline exports, by a real Prometheus where there is one. */
class MonitoringIT {
    private static final Path PROMETHEUS = Path.of("prometheus").toAbsolutePath();
    private static final Path DOCUMENTATION = Path.of("docs", "DASHBOARDS.md");
    private static final Pattern METRIC = Pattern.compile("\\b(sparsestream|kafka|jvm|process|system)_\\w+");
    /** Metrics of ours that no panel shows, and why. */
    private static final Map<String, String> ON_NO_PANEL = Map.of(
            "sparsestream_finished", "alerts ask whether a run is over",
            "sparsestream_round_wait_seconds_max", "a panel shows the share of time",
            "sparsestream_control_total", "marks on all charts show each command");

    private static final List<String> PRESETS =
            List.of("plain", "sparse", "sharp", "selective", "dictionary", "vectors");
    private static final int MOST_SERIES = 12;
    /** As many trainers as docker-compose.yml starts by itself, and one more; none has replicas or scales inputs. */
    private static final String USUAL_MODELS = "(?:sparse|plain)";

    private static final Pattern MODEL_COLOUR = Pattern.compile("/\\^(\\w+)\\\\b/");
    private static final Pattern SAMPLE = Pattern.compile("(?m)^(\\w+)[{ ]");
    private static final Duration LIMIT = Duration.ofSeconds(180);

    @TempDir
    private static Path directory;

    private static MonitoredPipeline pipeline;

    @BeforeAll
    static void start() throws Exception {
        pipeline = new MonitoredPipeline(directory);
    }

    @AfterAll
    static void stop() throws Exception {
        pipeline.close();
    }

    @Test
    void everyMetricOfDashboardsAndRulesIsExported() throws Exception {
        Set<String> named = new TreeSet<>(metricsOfDashboards());
        named.addAll(metricsOfRules());

        await("every metric that dashboards and rules name is exported", () -> {
            Set<String> missing = new TreeSet<>(named);
            missing.removeAll(exported());
            return missing;
        });
    }

    @Test
    void everyMetricOfOursIsOnAPanel() throws Exception {
        await("training has begun", () -> {
            Set<String> missing = new TreeSet<>(Set.of("sparsestream_units_dead", "sparsestream_round"));
            missing.removeAll(exported());
            return missing;
        });
        Set<String> ours = exported().stream()
                .filter(name -> name.startsWith("sparsestream_"))
                .filter(name -> !ON_NO_PANEL.containsKey(name))
                .map(name -> name.replaceFirst("_(bucket|sum|count)$", "")) // of one histogram
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(ours).hasSizeGreaterThan(15);

        Set<String> shown = new TreeSet<>();
        metricsOfDashboards().forEach(name -> shown.add(name.replaceFirst("_(bucket|sum|count)$", "")));

        assertThat(shown).containsAll(ours);
    }

    @Test
    void panelsOfADashboardLieBesideOneAnother() throws Exception {
        for (Dashboard dashboard : Dashboard.all()) {
            assertThat(dashboard.all("id").map(JsonNode::asInt)).doesNotHaveDuplicates();
            Map<String, String> taken = new HashMap<>();
            for (JsonNode panel : Dashboard.list(dashboard.json().get("panels"))) {
                JsonNode place = panel.get("gridPos");
                int right = place.get("x").asInt() + place.get("w").asInt();
                assertThat(right).as(panel.get("title").asText()).isLessThanOrEqualTo(24);
                for (int x = place.get("x").asInt(); x < right; x++) {
                    for (int y = 0; y < place.get("h").asInt(); y++) {
                        String other = taken.put(
                                x + "," + (place.get("y").asInt() + y),
                                panel.get("title").asText());
                        assertThat(other)
                                .as(dashboard.file() + ": what lies under " + panel.get("title"))
                                .isNull();
                    }
                }
            }
        }
    }

    /** A model has one hue on all dashboards, whatever else is shown. */
    @Test
    void modelsHaveFixedColours() throws Exception {
        Map<String, Set<String>> colours = new TreeMap<>();
        for (Dashboard dashboard : Dashboard.all()) {
            for (JsonNode panel : dashboard.panels()) {
                boolean ofModels = panel.get("type").asText().equals("timeseries")
                        && Dashboard.list(panel.get("targets")).stream()
                                .anyMatch(target ->
                                        target.get("legendFormat").asText().startsWith("{{model}}"));
                Set<String> found = new TreeSet<>();
                for (JsonNode override : panel.at("/fieldConfig/overrides")) {
                    Matcher model =
                            MODEL_COLOUR.matcher(override.at("/matcher/options").asText());
                    if (model.matches()) {
                        found.add(model.group(1));
                        colours.computeIfAbsent(model.group(1), name -> new TreeSet<>())
                                .add(override.at("/properties/0/value/fixedColor")
                                        .asText());
                    }
                }
                if (ofModels) {
                    assertThat(found).as(panel.get("title").asText()).containsAll(PRESETS);
                }
            }
        }
        assertThat(colours.values()).allSatisfy(shades -> assertThat(shades).hasSize(1));
        assertThat(colours.values().stream().distinct()).hasSameSizeAs(colours.values());
    }

    /** Where values differ by orders of magnitude, a linear axis shows the largest alone. */
    @Test
    void activationsAndLossesHaveALogarithmicAxis() throws Exception {
        List<String> linear = new ArrayList<>();
        for (Dashboard dashboard : Dashboard.all()) {
            for (JsonNode panel : dashboard.panels()) {
                boolean wide = Dashboard.expressions(panel).stream()
                        .anyMatch(expression -> expression.contains("sparsestream_activation_")
                                || expression.contains("sparsestream_loss{model=~\"$model\"}"));
                String scale = panel.at("/fieldConfig/defaults/custom/scaleDistribution/type")
                        .asText();
                if (wide && panel.get("type").asText().equals("timeseries") && scale.equals("linear")) {
                    linear.add(panel.get("title").asText());
                }
            }
        }
        assertThat(linear).isEmpty();
    }

    @Test
    void everyPanelExplainsItself() throws Exception {
        String documentation = Files.readString(DOCUMENTATION);
        for (Dashboard dashboard : Dashboard.all()) {
            assertThat(dashboard.panels()).hasSizeGreaterThan(5);
            assertThat(dashboard.json().get("uid").asText()).startsWith("sparsestream-");
            for (JsonNode panel : dashboard.panels()) {
                String title = panel.get("title").asText();
                assertThat(panel.get("description").asText())
                        .as("description of " + title)
                        .endsWith(".");
                assertThat(documentation)
                        .as("docs/DASHBOARDS.md")
                        .contains("### " + title.replaceFirst(": \\$\\w+$", "") + "\n");
                assertThat(panel.at("/datasource/uid").asText()).as(title).isEqualTo("${datasource}");
                for (JsonNode target : panel.get("targets")) {
                    assertThat(target.at("/datasource/uid").asText()).as(title).isEqualTo("${datasource}");
                }
                if (panel.get("type").asText().equals("alertlist")) {
                    continue; // shows no numbers
                }
                JsonNode defaults = panel.get("fieldConfig").get("defaults");
                assertThat(defaults.get("unit").asText()).as("unit of " + title).isNotEmpty();
                assertThat(defaults.get("thresholds").get("steps"))
                        .as("thresholds of " + title)
                        .isNotEmpty();
            }
        }
    }

    @Test
    void everyQueryAndRuleHasDataInARealPrometheus() throws Exception {
        assumeThat(PrometheusProcess.isInstalled("prometheus"))
                .as("the program prometheus (Debian: apt-get install prometheus) is not installed")
                .isTrue();
        Path config = directory.resolve("prometheus.yml");
        Files.writeString(config, """
                global: {scrape_interval: 1s, evaluation_interval: 1s}
                rule_files: ['%s/rules/*.yml']
                scrape_configs:
                  - job_name: trainer
                    static_configs: [{targets: ['127.0.0.1:%d']}]
                  - job_name: replay
                    static_configs: [{targets: ['127.0.0.1:%d']}]
                """.formatted(PROMETHEUS, pipeline.trainersPort(), pipeline.replayPort()));
        Set<String> expressions = new LinkedHashSet<>();
        for (Dashboard dashboard : Dashboard.all()) {
            for (JsonNode panel : dashboard.panels()) {
                Dashboard.expressions(panel)
                        .forEach(expression -> expressions.add(Dashboard.withVariables(expression, ".+")));
            }
            for (JsonNode panel : dashboard.openPanels()) {
                Dashboard.expressions(panel)
                        .forEach(expression -> expressions.add(Dashboard.withVariables(expression, USUAL_MODELS)));
            }
        }
        // An alert is silent on a healthy pipeline: what it looks at must be there, and it must evaluate (below).
        expressions.addAll(metricsOfRules());
        try (PrometheusProcess prometheus = new PrometheusProcess(config, directory.resolve("prometheus"))) {
            await("Prometheus is ready", () -> prometheus.isReady() ? Set.of() : Set.of("not ready"));
            await("every query has a number", () -> {
                Set<String> empty = new TreeSet<>();
                for (String expression : expressions) {
                    if (prometheus.query(expression).stream().noneMatch(MonitoringIT::isNumber)) {
                        empty.add(expression);
                    }
                }
                return empty;
            });

            assertThat(crowded(prometheus)).isEmpty();
            assertThat(flattened(prometheus)).isEmpty();
            for (Dashboard dashboard : Dashboard.all()) {
                for (String expression : dashboard.annotations()) {
                    prometheus.query(Dashboard.withVariables(expression, ".+"));
                }
            }

            List<JsonNode> rules = prometheus.alertRules();
            assertThat(rules).hasSizeGreaterThan(8);
            assertThat(rules).allSatisfy(rule -> {
                assertThat(rule.get("health").asText()).as(rule.toString()).isEqualTo("ok");
                assertThat(rule.get("state").asText()).as(rule.toString()).isNotEqualTo("firing");
            });
        }
    }

    /** @return panels with more series than one can tell apart, of the four models or, if repeated, of one of them */
    private static List<String> crowded(PrometheusProcess prometheus) throws Exception {
        List<String> crowded = new ArrayList<>();
        for (Dashboard dashboard : Dashboard.all()) {
            for (JsonNode panel : dashboard.panels()) {
                if (Set.of("table", "heatmap").contains(panel.get("type").asText())) {
                    continue; // rows and buckets
                }
                int series = shown(prometheus, panel).size();
                if (series > MOST_SERIES) {
                    crowded.add(panel.get("title") + ": " + series);
                }
            }
        }
        return crowded;
    }

    /** @return charts of which a series is a tenth of another or less, so that a linear axis puts it on the floor */
    private static List<String> flattened(PrometheusProcess prometheus) throws Exception {
        List<String> flattened = new ArrayList<>();
        for (Dashboard dashboard : Dashboard.all()) {
            for (JsonNode panel : dashboard.panels()) {
                String scale = panel.at("/fieldConfig/defaults/custom/scaleDistribution/type")
                        .asText();
                boolean counts = Set.of("short", "ops") // which begin at 0
                        .contains(panel.at("/fieldConfig/defaults/unit").asText());
                boolean fullScale = panel.at("/fieldConfig/defaults").has("max");
                boolean stacked = panel.at("/fieldConfig/defaults/custom/stacking/mode")
                        .asText()
                        .equals("normal");
                if (!panel.get("type").asText().equals("timeseries")
                        || !scale.equals("linear")
                        || counts
                        || fullScale
                        || stacked) {
                    continue;
                }
                DoubleSummaryStatistics values = shown(prometheus, panel).stream()
                        .filter(MonitoringIT::isNumber)
                        .mapToDouble(MonitoringIT::number)
                        .map(Math::abs)
                        .filter(value -> value > 0)
                        .summaryStatistics();
                if (values.getMax() > 10 * values.getMin()) {
                    flattened.add(panel.get("title") + ": " + values.getMin() + " to " + values.getMax());
                }
            }
        }
        return flattened;
    }

    private static List<JsonNode> shown(PrometheusProcess prometheus, JsonNode panel) throws Exception {
        String models = panel.path("repeat").asText().equals("model") ? "sparse" : ".+";
        List<JsonNode> series = new ArrayList<>();
        for (String expression : Dashboard.expressions(panel)) {
            series.addAll(prometheus.query(Dashboard.withVariables(expression, models)));
        }
        return series;
    }

    @Test
    void promtoolAcceptsConfigurationRulesAndTheirTests() throws Exception {
        assumeThat(PrometheusProcess.isInstalled("promtool"))
                .as("the program promtool (Debian: apt-get install prometheus) is not installed")
                .isTrue();

        promtool("check", "config", PROMETHEUS.resolve("prometheus.yml").toString());
        promtool("test", "rules", PROMETHEUS.resolve("tests/rules_test.yml").toString());
    }

    private static void promtool(String... arguments) throws Exception {
        Process process = new ProcessBuilder(Stream.concat(Stream.of("promtool"), Stream.of(arguments))
                        .toList())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(output).isZero();
    }

    private static boolean isNumber(JsonNode result) {
        return Double.isFinite(number(result));
    }

    private static double number(JsonNode result) {
        return Double.parseDouble(result.get("value").get(1).asText().replace("Inf", "Infinity"));
    }

    private static Set<String> metricsOfDashboards() throws IOException {
        Set<String> names = new TreeSet<>();
        for (Dashboard dashboard : Dashboard.all()) {
            for (JsonNode panel : dashboard.panels()) {
                Dashboard.expressions(panel).forEach(expression -> {
                    assertThat(metricsIn(expression)).as(expression).isNotEmpty();
                    names.addAll(metricsIn(expression));
                });
            }
            dashboard.annotations().forEach(expression -> names.addAll(metricsIn(expression)));
        }
        return names;
    }

    private static Set<String> metricsOfRules() throws IOException {
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.list(PROMETHEUS.resolve("rules"))) {
            for (Path file : files.toList()) {
                names.addAll(metricsIn(Files.readString(file)));
            }
        }
        assertThat(names).hasSizeGreaterThan(8);
        return names;
    }

    private static Set<String> metricsIn(String text) {
        return found(METRIC, text, 0);
    }

    private static Set<String> exported() throws Exception {
        return found(SAMPLE, scrape(pipeline.trainersPort()) + scrape(pipeline.replayPort()), 1);
    }

    private static Set<String> found(Pattern pattern, String text, int group) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(group));
        }
        return found;
    }

    private static String scrape(int port) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + port + "/metrics");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** @param missing what it waits for, empty at last */
    private static void await(String what, Callable<Set<String>> missing) throws Exception {
        AtomicReference<Set<String>> left = new AtomicReference<>(Set.of());
        try {
            Await.until(what, LIMIT, () -> {
                left.set(missing.call());
                return left.get().isEmpty();
            });
        } catch (IllegalStateException e) {
            throw new AssertionError(what + ": still missing are " + left, e);
        }
    }
}
