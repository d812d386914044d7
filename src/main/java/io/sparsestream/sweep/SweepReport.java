package io.sparsestream.sweep;

import io.sparsestream.compare.Chart;
import io.sparsestream.compare.Table;
import io.sparsestream.message.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How a sweep has ended.
 *
 * @param steps of the trials that were not stopped
 * @param dataset on which they were judged, such as {@code mnist/test}
 * @param front ids of the finished trials than which no other has both a lower MSE and a smaller distance from ρ
 * @param trials all of them
 */
public record SweepReport(long steps, String dataset, List<Integer> front, List<Trial> trials) {
    public static SweepReport of(long steps, String dataset, List<Trial> trials) {
        List<Integer> front =
                ParetoFront.of(finished(trials)).stream().map(Trial::id).toList();
        return new SweepReport(steps, dataset, front, trials);
    }

    private static List<Trial> finished(List<Trial> trials) {
        return trials.stream()
                .filter(trial -> trial.status() == Trial.Status.FINISHED)
                .toList();
    }

    /** The front, by ascending distance; {@code swept} hyperparameters have a column each. */
    public Table frontTable(List<String> swept) {
        return table(front.stream().map(id -> trials.get(id - 1)).toList(), swept);
    }

    /** All trials, in their order. */
    private Table allTable(List<String> swept) {
        return table(trials, swept);
    }

    private static Table table(List<Trial> rows, List<String> swept) {
        List<String> layers = rows.stream()
                .filter(trial -> trial.meanActivation() != null)
                .findFirst()
                .map(trial -> List.copyOf(trial.meanActivation().keySet()))
                .orElse(List.of());
        List<String> heading = new ArrayList<>(List.of("trial"));
        heading.addAll(swept);
        heading.addAll(List.of("MSE", "distance"));
        heading.addAll(layers);
        heading.add("status");
        Table table = new Table(heading);
        for (Trial trial : rows) {
            List<String> row = new ArrayList<>(List.of(Integer.toString(trial.id())));
            Map<String, String> values = trial.hyperparameters().values();
            swept.forEach(name -> row.add(values.getOrDefault(name, Table.NONE)));
            if (trial.mse() == null) {
                row.addAll(List.of(Table.NONE, Table.NONE));
                layers.forEach(layer -> row.add(Table.NONE));
            } else {
                row.add(Table.cell("%.5f", trial.mse()));
                row.add(Table.cell("%.3f", trial.distance()));
                layers.forEach(layer ->
                        row.add(Table.cell("%.4f", trial.meanActivation().get(layer))));
            }
            row.add(
                    trial.status() == Trial.Status.FINISHED
                            ? "finished"
                            : String.format(Locale.ROOT, "%s at %,d", trial.status(), trial.steps()));
            table.add(row);
        }
        return table;
    }

    /**
     * Writes {@code report.md}, {@code report.json}, {@code front.png}, and of each trial of the front its hyperparameters
     * as {@code trial-N.properties}.
     */
    public void write(Path directory, List<String> swept) throws IOException {
        Files.write(directory.resolve("report.json"), Json.write(this));
        for (int id : front) {
            String values = trials.get(id - 1).hyperparameters().values().entrySet().stream()
                    .map(value -> value.getKey() + "=" + value.getValue() + "\n")
                    .collect(Collectors.joining());
            Files.writeString(directory.resolve("trial-" + id + ".properties"), values, StandardCharsets.UTF_8);
        }
        StringBuilder text = new StringBuilder("# Sweep: ");
        text.append(
                String.format(Locale.ROOT, "%d trials of %,d steps, judged on %s%n%n", trials.size(), steps, dataset));
        text.append(EXPLANATION).append('\n');
        if (trials.stream().anyMatch(trial -> trial.mse() != null)) {
            writeChart(directory.resolve("front.png"));
            text.append("## Pareto front\n\n").append(frontTable(swept).toMarkdown());
            text.append("\n![MSE against distance from ρ](front.png)\n\n");
        }
        text.append("## All trials\n\n").append(allTable(swept).toMarkdown());
        Files.writeString(directory.resolve("report.md"), text, StandardCharsets.UTF_8);
    }

    private static final String EXPLANATION = """
            Distance: of the hidden layer that is farthest from its target, |mean activation − ρ| / ρ. The Pareto front has the
            finished trials than which no other is better in MSE and distance.
            """;

    private void writeChart(Path file) throws IOException {
        List<Chart.Point> best = new ArrayList<>();
        List<Chart.Point> others = new ArrayList<>();
        for (Trial trial : trials) {
            if (trial.mse() != null) {
                (front.contains(trial.id()) ? best : others)
                        .add(new Chart.Point(Integer.toString(trial.id()), trial.distance(), trial.mse()));
            }
        }
        best.sort(Comparator.comparingDouble(Chart.Point::x));
        Chart.writeFront(
                file,
                "MSE against distance from ρ, " + dataset,
                "distance from ρ (of the farthest layer, relative)",
                "mean squared error",
                best,
                others);
    }
}
