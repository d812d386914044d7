package io.sparsestream.cli;

import io.sparsestream.compare.Table;
import io.sparsestream.learn.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A model's numbers below those that the reference experiment printed, on MNIST, for the same preset. */
final class ReferenceTable {
    private static final long[] STEPS = {0, 100, 1000, 2000, 5000, 10000, 19000};

    private static final Map<String, Row> REFERENCE = Map.of(
            "plain",
            new Row(
                    List.of(0.2598, 0.0713, 0.0256, 0.0156, 0.0120, 0.0104, 0.0083),
                    0.00885361,
                    List.of(0.191295, 0.378384)),
            "sparse",
            new Row(
                    List.of(0.2838, 0.0674, 0.0419, 0.0399, 0.0353, 0.0357, 0.0345),
                    0.0355583,
                    List.of(0.0529726, 0.398633)));

    private record Row(List<Double> losses, double test, List<Double> activations) {}

    private ReferenceTable() {}

    /** @param history total loss by step; empty where only the test split was looked at */
    static Table of(String model, Map<Long, Double> history, Evaluation evaluation) {
        List<String> heading = new ArrayList<>(List.of(model));
        for (long step : STEPS) {
            heading.add("step " + step);
        }
        heading.add("test loss");
        heading.addAll(evaluation.meanActivation().keySet());
        Table table = new Table(heading);
        Row reference = REFERENCE.get(model);
        if (reference != null
                && reference.activations().size() == evaluation.meanActivation().size()) {
            add(table, "reference", reference);
        }
        List<Double> losses = new ArrayList<>();
        for (long step : STEPS) {
            losses.add(history.get(step));
        }
        add(
                table,
                "this model",
                new Row(
                        losses,
                        evaluation.losses().total(),
                        List.copyOf(evaluation.meanActivation().values())));
        return table;
    }

    private static void add(Table table, String title, Row row) {
        List<String> cells = new ArrayList<>(List.of(title));
        for (Double loss : row.losses()) {
            cells.add(loss == null ? "–" : String.format(Locale.ROOT, "%.4f", loss));
        }
        cells.add(String.format(Locale.ROOT, "%.6f", row.test()));
        row.activations().forEach(mean -> cells.add(String.format(Locale.ROOT, "%.4f", mean)));
        table.add(cells);
    }
}
