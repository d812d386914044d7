package io.sparsestream.compare;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.learn.Reconstructor;
import io.sparsestream.message.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleBiFunction;

/**
 * Models side by side on one split.
 *
 * @param dataset such as {@code mnist/test}
 * @param images of the split
 * @param models in the order in which they were named
 */
public record Comparison(String dataset, int images, List<ModelReport> models) {
    /** Labels of which a line of a terminal has room for the errors. */
    private static final int BESIDE = 10;

    public static Comparison of(TestSet records, List<ModelReport> models) {
        return new Comparison(records.name(), records.size(), List.copyOf(models));
    }

    /** A row for each model, with the measures of each hidden layer. */
    public Table summary() {
        Set<String> layers = layers();
        List<String> heading = new ArrayList<>(List.of("model", "step", "MSE", "explained"));
        for (String layer : layers) {
            heading.addAll(List.of(layer + " mean", "near ρ", "saturated", "selectivity"));
        }
        Table table = new Table(heading);
        for (ModelReport model : models) {
            List<String> row = new ArrayList<>(List.of(
                    model.model(),
                    String.format(Locale.ROOT, "%,d", model.step()),
                    Table.cell("%.5f", model.mse()),
                    percent(model.explainedVariance())));
            for (String name : layers) {
                ModelReport.Layer layer = model.layers().get(name);
                row.addAll(
                        layer == null
                                ? Collections.nCopies(4, Table.NONE)
                                : List.of(
                                        Table.cell("%.4f", layer.meanActivation()),
                                        percent(layer.nearTarget()),
                                        percent(layer.saturated()),
                                        Table.cell("%.3f", layer.selectivity())));
            }
            table.add(row);
        }
        table.emphasize(2, Table.Best.LEAST);
        table.emphasize(3, Table.Best.GREATEST);
        for (int column = 7; column < heading.size(); column += 4) {
            table.emphasize(column, Table.Best.GREATEST);
        }
        return table;
    }

    /** A row for each hidden layer of each model. */
    public Table sparseness() {
        Map<String, TestReport> tests = new LinkedHashMap<>();
        models.forEach(model -> tests.put(model.model(), model.test()));
        return TestReport.table(tests);
    }

    /**
     * The error of each model on each label: a row for each model where the labels fit beside one another, else for each
     * label; null where the dataset has no labels.
     */
    public Table byLabel() {
        List<String> labels = labels();
        if (labels.isEmpty()) {
            return null;
        }
        List<String> names = models.stream().map(ModelReport::model).toList();
        return labels.size() <= BESIDE
                ? errors(names, labels, (model, label) -> error(model, labels.get(label)))
                : errors(labels, names, (label, model) -> error(model, labels.get(label)));
    }

    private double error(int model, String label) {
        return models.get(model).mseByLabel().get(label);
    }

    private static Table errors(List<String> rows, List<String> columns, ToDoubleBiFunction<Integer, Integer> error) {
        List<String> heading = new ArrayList<>(List.of("MSE by label"));
        heading.addAll(columns);
        Table table = new Table(heading);
        for (int row = 0; row < rows.size(); row++) {
            List<String> cells = new ArrayList<>(List.of(rows.get(row)));
            for (int column = 0; column < columns.size(); column++) {
                cells.add(Table.cell("%.5f", error.applyAsDouble(row, column)));
            }
            table.add(cells);
        }
        return table;
    }

    /**
     * Writes {@code compare.md}, {@code compare.json} and the PNG files that the first names.
     *
     * @param reconstructors by model
     */
    public void write(Path directory, TestSet records, Map<String, Reconstructor> reconstructors) throws IOException {
        Optional<Dataset> pictures = records.pictures();
        Files.createDirectories(directory);
        Files.write(directory.resolve("compare.json"), Json.write(this));
        String things = pictures.isPresent() ? "images" : "records";
        StringBuilder text = new StringBuilder("# Models on " + dataset + "\n\n");
        text.append(String.format(Locale.ROOT, "%,d %s.%n%n", images, things));
        text.append(summary().toMarkdown()).append('\n').append(LEGEND).append('\n');
        text.append("## Sparseness\n\n")
                .append(sparseness().toMarkdown())
                .append('\n')
                .append(SPARSENESS_LEGEND)
                .append('\n');
        if (byLabel() != null) {
            text.append("## Error by label\n\n").append(byLabel().toMarkdown());
            text.append("\n![Mean squared error by label](mse-by-label.png)\n\n");
            Map<String, List<Double>> bars = new LinkedHashMap<>();
            models.forEach(model ->
                    bars.put(model.model(), List.copyOf(model.mseByLabel().values())));
            Chart.writeBars(
                    directory.resolve("mse-by-label.png"),
                    "Error by label, " + dataset,
                    "label",
                    "mean squared error",
                    labels(),
                    bars);
        }
        if (pictures.isPresent()) {
            Picture.writeImages(directory.resolve("images.png"), pictures.get(), reconstructors);
            text.append("## The same images\n\n![Images and reconstructions](images.png)\n\n");
        } else {
            text.append("## Inputs\n\n");
            models.forEach(model -> text.append("### ")
                    .append(model.model())
                    .append("\n\n")
                    .append(model.worstInputs().toMarkdown())
                    .append('\n'));
        }
        text.append("## Activations\n\n");
        for (String layer : layers()) {
            String file = "activations-" + layer + ".png";
            writeHistogram(directory.resolve(file), layer);
            text.append(String.format(Locale.ROOT, "![Mean activations of the units of %s](%s)%n%n", layer, file));
        }
        if (pictures.isPresent()) {
            text.append(FIELDS);
            for (Map.Entry<String, Reconstructor> model : reconstructors.entrySet()) {
                String file = "filters-" + model.getKey() + ".png";
                Picture.writeFields(directory.resolve(file), pictures.get(), model.getKey(), model.getValue());
                text.append(String.format(
                        Locale.ROOT, "### %s%n%n![Filters of %s](%s)%n%n", model.getKey(), model.getKey(), file));
            }
        }
        text.append("## Hyperparameters\n\n").append(hyperparameters().toMarkdown());
        Files.writeString(directory.resolve("compare.md"), text);
    }

    private static final String LEGEND = """
            Explained: of the images' variance. Near ρ: units within 25 % of the target. Saturated: units above 0.99 on
            average. Selectivity: 0 where a unit answers to all labels alike, 1 where to a single one.
            """;

    private static final String FIELDS = """
            ## Filters

            What each unit of the first layer answers to: the mean of the images, weighted with the unit's activation, less the
            mean of all images. Orange: more ink, blue: less, white: no difference. All models have the same scale, and the
            units that differ most come first. A unit that answers to all images alike is white.

            """;

    private static final String SPARSENESS_LEGEND = """
            Active: units of an image, on average. Dead: units that are active for no image. Lifetime sparseness of a unit and
            population sparseness of an image: 0 where all activations are alike, towards 1 where few are large. Class
            selectivity: (a - b) / (a + b), a a unit's mean for its best label, b for the others. Probe error: images whose label
            logistic regression on the layer's activations, learned from the training split, does not find.
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
                    rows.get(value.getKey()).add(Table.NONE);
                }
                rows.get(value.getKey()).add(value.getValue());
            }
        }
        for (List<String> row : rows.values()) {
            while (row.size() <= models.size()) {
                row.add(Table.NONE);
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

    /** Those that occur; all models have seen the same. */
    private List<String> labels() {
        return List.copyOf(models.get(0).mseByLabel().keySet());
    }

    private static String percent(Double fraction) {
        return Table.cell("%.1f %%", fraction == null ? null : 100 * fraction);
    }
}
