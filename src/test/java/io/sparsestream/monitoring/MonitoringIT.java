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
import java.util.List;
import java.util.Set;
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
    /** For the alerts, which ask whether a run is over; and what a panel shows as a share of time. */
    private static final Set<String> ON_NO_PANEL =
            Set.of("sparsestream_finished", "sparsestream_round_wait_seconds_max");

    private static final Pattern SAMPLE = Pattern.compile("(?m)^(\\w+)[{ ]");
    private static final Duration LIMIT = Duration.ofSeconds(90);

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
                .filter(name -> !ON_NO_PANEL.contains(name))
                .map(name -> name.replaceFirst("_(bucket|sum|count)$", "")) // of one histogram
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(ours).hasSizeGreaterThan(15);

        Set<String> shown = new TreeSet<>();
        metricsOfDashboards().forEach(name -> shown.add(name.replaceFirst("_(bucket|sum|count)$", "")));

        assertThat(shown).containsAll(ours);
    }

    /** What stands there before anybody has chosen anything has something to show in the usual set-up. */
    @Test
    void rowsThatAreEmptyInTheUsualSetUpAreClosed() throws Exception {
        for (Dashboard dashboard : Dashboard.all()) {
            Dashboard.stream(dashboard.json().get("panels"))
                    .filter(panel -> panel.get("type").asText().equals("row"))
                    .filter(row -> Set.of("Anomalies", "Replicas", "JVM")
                            .contains(row.get("title").asText()))
                    .forEach(row -> {
                        assertThat(row.get("collapsed").asBoolean())
                                .as(row.get("title").asText())
                                .isTrue();
                        assertThat(row.get("panels")).isNotEmpty();
                    });
        }
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
        String source = Files.readString(Path.of("grafana/provisioning/datasources/prometheus.yml"));
        String documentation = Files.readString(DOCUMENTATION);
        for (Dashboard dashboard : Dashboard.all()) {
            assertThat(dashboard.panels()).hasSizeGreaterThan(10);
            assertThat(dashboard.panels()).map(panel -> panel.get("id").asInt()).doesNotHaveDuplicates();
            assertThat(dashboard.json().get("uid").asText()).startsWith("sparsestream-");
            for (JsonNode panel : dashboard.panels()) {
                String title = panel.get("title").asText();
                JsonNode defaults = panel.get("fieldConfig").get("defaults");
                assertThat(panel.get("description").asText())
                        .as("description of " + title)
                        .endsWith(".");
                assertThat(defaults.get("unit").asText()).as("unit of " + title).isNotEmpty();
                assertThat(defaults.get("thresholds").get("steps"))
                        .as("thresholds of " + title)
                        .isNotEmpty();
                assertThat(documentation)
                        .as("docs/DASHBOARDS.md")
                        .contains("### " + title.replace(": $layer", "") + "\n");
                for (JsonNode target : panel.get("targets")) {
                    assertThat(source)
                            .contains("uid: "
                                    + target.get("datasource").get("uid").asText() + " ");
                }
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
        List<String> expressions = new ArrayList<>();
        for (Dashboard dashboard : Dashboard.all()) {
            for (JsonNode panel : dashboard.panels()) {
                Dashboard.expressions(panel).stream()
                        .map(Dashboard::withVariables)
                        .forEach(expressions::add);
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

            List<JsonNode> rules = prometheus.alertRules();
            assertThat(rules).hasSizeGreaterThan(8);
            assertThat(rules).allSatisfy(rule -> {
                assertThat(rule.get("health").asText()).as(rule.toString()).isEqualTo("ok");
                assertThat(rule.get("state").asText()).as(rule.toString()).isNotEqualTo("firing");
            });
        }
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
        return Double.isFinite(
                Double.parseDouble(result.get("value").get(1).asText().replace("Inf", "Infinity")));
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
