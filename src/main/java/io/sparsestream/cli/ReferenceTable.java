package io.sparsestream.cli;

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
    static String format(String model, Map<Long, Double> history, Evaluation evaluation) {
        StringBuilder table = new StringBuilder(String.format(Locale.ROOT, "%-10s", model));
        for (long step : STEPS) {
            table.append(String.format(Locale.ROOT, "%11s", "step " + step));
        }
        table.append(String.format(Locale.ROOT, "%11s", "test loss"));
        evaluation.meanActivation().keySet().forEach(layer -> table.append(String.format(Locale.ROOT, "%9s", layer)));
        Row reference = REFERENCE.get(model);
        if (reference != null) {
            append(table, "reference", reference);
        }
        List<Double> losses = new ArrayList<>();
        for (long step : STEPS) {
            losses.add(history.get(step));
        }
        append(
                table,
                "this model",
                new Row(
                        losses,
                        evaluation.losses().total(),
                        List.copyOf(evaluation.meanActivation().values())));
        return table.toString();
    }

    private static void append(StringBuilder table, String title, Row row) {
        table.append(String.format(Locale.ROOT, "%n%-10s", title));
        for (Double loss : row.losses()) {
            table.append(
                    loss == null
                            ? String.format(Locale.ROOT, "%11s", "–")
                            : String.format(Locale.ROOT, "%11.4f", loss));
        }
        table.append(String.format(Locale.ROOT, "%11.6f", row.test()));
        row.activations().forEach(mean -> table.append(String.format(Locale.ROOT, "%9.4f", mean)));
    }
}
