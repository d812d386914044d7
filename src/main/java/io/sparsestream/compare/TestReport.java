package io.sparsestream.compare;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.sparsestream.learn.LayerMeasures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a model is worth on the split that models are compared on: the measures that all parts of the product share.
 *
 * @param mse mean squared error over images and pixels
 * @param layers by the name of the hidden layer
 */
public record TestReport(double mse, Map<String, Layer> layers) {
    /**
     * One hidden layer.
     *
     * @param probeError share of the images whose label a probe on all units does not find; null where nobody asked
     */
    public record Layer(
            @JsonUnwrapped LayerMeasures.Summary measures,
            @JsonInclude(JsonInclude.Include.NON_NULL) Double probeError) {}

    /** Without probes. */
    public static TestReport of(double mse, Map<String, LayerMeasures.Summary> measures) {
        Map<String, Layer> layers = new LinkedHashMap<>();
        measures.forEach((name, layer) -> layers.put(name, new Layer(layer, null)));
        return new TestReport(mse, layers);
    }

    /** The same with the errors of probes, by the name of the hidden layer. */
    public TestReport withProbeErrors(Map<String, Double> errors) {
        Map<String, Layer> probed = new LinkedHashMap<>();
        layers.forEach((name, layer) -> probed.put(name, new Layer(layer.measures(), errors.get(name))));
        return new TestReport(mse, probed);
    }

    /** A row for each hidden layer of each model: how few units are active in an image, and how much they tell. */
    public static Table table(Map<String, TestReport> models) {
        boolean probed = models.values().stream()
                .flatMap(report -> report.layers().values().stream())
                .anyMatch(layer -> layer.probeError() != null);
        List<String> heading = new ArrayList<>(
                List.of("model", "test MSE", "layer", "active", "dead", "lifetime", "population", "class selectivity"));
        if (probed) {
            heading.add("probe error");
        }
        Table table = new Table(heading);
        models.forEach((model, report) -> report.layers().forEach((name, layer) -> {
            LayerMeasures.Summary measures = layer.measures();
            List<String> row = new ArrayList<>(List.of(
                    model,
                    Table.cell("%.5f", report.mse()),
                    name,
                    String.format(Locale.ROOT, "%.1f of %,d", measures.l0(), measures.units()),
                    Integer.toString(measures.dead()),
                    Table.cell("%.3f", measures.lifetimeSparseness()),
                    Table.cell("%.3f", measures.populationSparseness()),
                    Table.cell("%.3f", measures.classSelectivity())));
            if (probed) {
                row.add(Table.cell("%.2f %%", layer.probeError() == null ? null : 100 * layer.probeError()));
            }
            table.add(row);
        }));
        table.emphasize(1, Table.Best.LEAST);
        // Layers are compared with layers of the same name.
        for (int column = 5; column <= 7; column++) {
            table.emphasize(column, Table.Best.GREATEST, 2);
        }
        if (probed) {
            table.emphasize(8, Table.Best.LEAST, 2);
        }
        return table;
    }
}
