package io.sparsestream.soak;

import io.sparsestream.compare.SmallMultiples;
import io.sparsestream.compare.SmallMultiples.Line;
import io.sparsestream.compare.SmallMultiples.Panel;
import io.sparsestream.compare.Table;
import io.sparsestream.message.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A run for people, as a table and a picture, and for programs. */
final class SoakReport {
    private static final double SECONDS_PER_MINUTE = 60;

    private SoakReport() {}

    /** Writes {@code soak.md}, {@code soak.json} and {@code soak.png}. */
    static void write(Path directory, Outcome outcome) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("soak.md"), table(outcome).toMarkdown());
        Files.write(directory.resolve("soak.json"), Json.pretty(json(outcome)));
        SmallMultiples.write(directory.resolve("soak.png"), "minutes", panels(outcome));
    }

    /** The level of each series. */
    static Table table(Outcome outcome) {
        Table table =
                new Table(List.of("", "of", "second quarter", "last quarter", "change", "tolerated growth", "level"));
        for (Measure measure : Measure.values()) {
            for (Level level : outcome.levels()) {
                if (level.measure() == measure) {
                    table.add(List.of(
                            measure.title(),
                            level.of(),
                            Table.cell("%.1f", level.before()),
                            Table.cell("%.1f", level.after()),
                            Table.cell("%+.1f", level.change()),
                            Table.cell("%.1f", measure.tolerance().growthFrom(level.before())),
                            level.violation().isEmpty() ? "yes" : "no"));
                }
            }
        }
        return table;
    }

    private static Map<String, Object> json(Outcome outcome) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("seconds", outcome.seconds());
        json.put("imagesPerSecond", 2 * outcome.plan().rate());
        json.put("scrapes", outcome.scrapes());
        json.put("commands", outcome.commands());
        json.put("restarts", outcome.restarts());
        json.put("violations", outcome.violations());
        json.put("levels", outcome.levels().stream().map(SoakReport::json).toList());
        json.put("series", outcome.series().stream().map(SoakReport::json).toList());
        return json;
    }

    private static Map<String, Object> json(Level level) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("measure", level.measure().label());
        json.put("of", level.of());
        json.put("before", level.before());
        json.put("after", level.after());
        json.put("tolerated", level.measure().tolerance());
        json.put("level", level.violation().isEmpty());
        return json;
    }

    private static Map<String, Object> json(Series series) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("measure", series.measure().label());
        json.put("of", series.of());
        json.put(
                "seconds", series.samples().stream().map(Series.Sample::seconds).toList());
        json.put("values", series.samples().stream().map(Series.Sample::value).toList());
        return json;
    }

    private static List<Panel> panels(Outcome outcome) {
        List<Panel> panels = new ArrayList<>();
        for (Measure measure : Measure.values()) {
            List<Line> lines = outcome.series().stream()
                    .filter(each -> each.measure() == measure)
                    .map(SoakReport::line)
                    .toList();
            if (!lines.isEmpty()) {
                panels.add(new Panel(measure.title(), lines));
            }
        }
        return panels;
    }

    private static Line line(Series series) {
        return new Line(
                series.of(),
                series.samples().stream()
                        .mapToDouble(sample -> sample.seconds() / SECONDS_PER_MINUTE)
                        .toArray(),
                series.samples().stream().mapToDouble(Series.Sample::value).toArray());
    }
}
