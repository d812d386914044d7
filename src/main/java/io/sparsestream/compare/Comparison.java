package io.sparsestream.compare;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.learn.Learner;
import io.sparsestream.message.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Models side by side on one split.
 *
 * @param dataset such as {@code mnist/test}
 * @param images of the split
 * @param models in the order in which they were named
 */
public record Comparison(String dataset, int images, List<ModelReport> models) {
    public static Comparison of(Dataset dataset, List<ModelReport> models) {
        return new Comparison(dataset.name() + "/" + dataset.split(), dataset.size(), List.copyOf(models));
    }

    /** A row for each model, with the measures of each hidden layer. */
    public Table summary() {
        Set<String> layers = layers();
        List<String> heading = new ArrayList<>(List.of("model", "step", "MSE", "explained"));
        for (String layer : layers) {
            heading.addAll(List.of(layer + " mean", "near ρ", "dead", "saturated", "selectivity"));
        }
        Table table = new Table(heading);
        for (ModelReport model : models) {
            List<String> row = new ArrayList<>(List.of(
                    model.model(),
                    String.format(Locale.ROOT, "%,d", model.step()),
                    number("%.5f", model.mse()),
                    percent(model.explainedVariance())));
            for (String name : layers) {
                ModelReport.Layer layer = model.layers().get(name);
                row.addAll(
                        layer == null
                                ? List.of("–", "–", "–", "–", "–")
                                : List.of(
                                        number("%.4f", layer.meanActivation()),
                                        percent(layer.nearTarget()),
                                        percent(layer.dead()),
                                        percent(layer.saturated()),
                                        number("%.3f", layer.selectivity())));
            }
            table.add(row);
        }
        return table;
    }

    /** A row for each model, a column for each digit; null where the dataset has no labels. */
    public Table byDigit() {
        if (models.get(0).mseByDigit().isEmpty()) {
            return null;
        }
        List<String> heading = new ArrayList<>(List.of("MSE by digit"));
        heading.addAll(digits());
        Table table = new Table(heading);
        for (ModelReport model : models) {
            List<String> row = new ArrayList<>(List.of(model.model()));
            model.mseByDigit().forEach(mse -> row.add(number("%.5f", mse)));
            table.add(row);
        }
        return table;
    }

    /**
     * Writes {@code compare.md}, {@code compare.json} and the PNG files that the first names.
     *
     * @param learners by model
     */
    public void write(Path directory, Dataset data, Map<String, Learner> learners) throws IOException {
        Files.createDirectories(directory);
        Files.write(directory.resolve("compare.json"), Json.write(this));
        Picture.writeDigits(directory.resolve("digits.png"), data, List.copyOf(learners.values()));
        StringBuilder text = new StringBuilder("# Models on " + dataset + "\n\n");
        text.append(String.format(Locale.ROOT, "%,d images.%n%n", images));
        text.append(summary().toMarkdown()).append('\n').append(LEGEND).append('\n');
        if (byDigit() != null) {
            text.append("## Error by digit\n\n").append(byDigit().toMarkdown());
            text.append("\n![Mean squared error by digit](mse-by-digit.png)\n\n");
            Map<String, List<Double>> bars = new LinkedHashMap<>();
            models.forEach(model -> bars.put(model.model(), model.mseByDigit()));
            Chart.writeBars(
                    directory.resolve("mse-by-digit.png"),
                    "Error by digit, " + dataset,
                    "digit",
                    "mean squared error",
                    digits(),
                    bars);
        }
        text.append("## The same digits\n\nFrom above: the image");
        learners.keySet().forEach(model -> text.append(", ").append(model));
        text.append(".\n\n![Digits and reconstructions](digits.png)\n\n## Activations\n\n");
        for (String layer : layers()) {
            String file = "activations-" + layer + ".png";
            writeHistogram(directory.resolve(file), layer);
            text.append(String.format(Locale.ROOT, "![Mean activations of the units of %s](%s)%n%n", layer, file));
        }
        text.append("## Filters\n\nThe weights of each unit of the first layer; grey is 0.\n\n");
        for (Map.Entry<String, Learner> model : learners.entrySet()) {
            String file = "filters-" + model.getKey() + ".png";
            Picture.writeFilters(directory.resolve(file), data, model.getValue());
            text.append(String.format(
                    Locale.ROOT, "### %s%n%n![Filters of %s](%s)%n%n", model.getKey(), model.getKey(), file));
        }
        text.append("## Hyperparameters\n\n").append(hyperparameters().toMarkdown());
        Files.writeString(directory.resolve("compare.md"), text);
    }

    private static final String LEGEND = """
            Explained: of the images' variance. Near ρ: units within 25 % of the target. Dead: units below 0.001 on average;
            saturated: above 0.99. Selectivity: 0 where a unit answers to all digits alike, 1 where to a single one.
            """;

    private void writeHistogram(Path file, String layer) throws IOException {
        Map<String, double[]> units = new LinkedHashMap<>();
        for (ModelReport model : models) {
            if (model.layers().containsKey(layer)) {
                units.put(model.model(), model.layers().get(layer).units());
            }
        }
        double rho = models.get(0).hyperparameters().rho();
        Chart.writeHistogram(file, "Units of " + layer + ", " + dataset, units, rho);
    }

    private Table hyperparameters() {
        List<String> heading = new ArrayList<>(List.of(""));
        models.forEach(model -> heading.add(model.model()));
        Table table = new Table(heading);
        Map<String, List<String>> rows = new TreeMap<>();
        for (int i = 0; i < models.size(); i++) {
            for (Map.Entry<String, String> value :
                    models.get(i).hyperparameters().values().entrySet()) {
                rows.computeIfAbsent(value.getKey(), key -> new ArrayList<>(List.of(key)));
                while (rows.get(value.getKey()).size() <= i) {
                    rows.get(value.getKey()).add("–");
                }
                rows.get(value.getKey()).add(value.getValue());
            }
        }
        for (List<String> row : rows.values()) {
            while (row.size() <= models.size()) {
                row.add("–");
            }
            table.add(row);
        }
        return table;
    }

    private Set<String> layers() {
        Set<String> layers = new LinkedHashSet<>();
        models.forEach(model -> layers.addAll(model.layers().keySet()));
        return layers;
    }

    private List<String> digits() {
        return IntStream.range(0, models.get(0).mseByDigit().size())
                .mapToObj(Integer::toString)
                .toList();
    }

    private static String number(String format, Double value) {
        return value == null ? "–" : String.format(Locale.ROOT, format, value);
    }

    private static String percent(double fraction) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
    }
}
