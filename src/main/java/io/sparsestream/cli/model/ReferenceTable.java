package io.sparsestream.cli.model;

import io.sparsestream.compare.Table;
import io.sparsestream.dataset.Dataset;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Evaluation;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.message.PublishedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/** A model's numbers, below those that the reference experiment printed where they can be compared. */
public final class ReferenceTable {
    /** Those whose losses the reference experiment printed. */
    private static final List<Long> STEPS = List.of(0L, 100L, 1000L, 2000L, 5000L, 10_000L, 19_000L);

    private static final long LAST_STEP = 19_999;

    private static final Map<Hyperparameters, Row> REFERENCE = Map.of(
            Hyperparameters.PLAIN,
            new Row(
                    List.of(0.2598, 0.0713, 0.0256, 0.0156, 0.0120, 0.0104, 0.0083),
                    0.00885361,
                    List.of(0.191295, 0.378384)),
            Hyperparameters.SPARSE,
            new Row(
                    List.of(0.2838, 0.0674, 0.0419, 0.0399, 0.0353, 0.0357, 0.0345),
                    0.0355583,
                    List.of(0.0529726, 0.398633)));

    /**
     * What the reference experiment printed.
     *
     * @param losses in total at {@link #STEPS}
     * @param test total loss on the test split
     * @param activations on the test split, by hidden layer
     */
    private record Row(List<Double> losses, double test, List<Double> activations) {}

    private ReferenceTable() {}

    /**
     * A column for each step of the reference experiment that the model has made, one for its last step if that is not the
     * experiment's, and those of the evaluation.
     *
     * @param data what it was evaluated on, and, if that is known, what it has learned from
     * @param history total loss by step, to the last one; empty where only the evaluation is known
     */
    public static Table of(
            String model,
            PublishedModel published,
            List<Dataset> data,
            SortedMap<Long, Double> history,
            Evaluation evaluation) {
        SortedSet<Long> steps = new TreeSet<>(STEPS);
        steps.retainAll(history.keySet());
        if (!history.isEmpty() && history.lastKey() != LAST_STEP) {
            steps.add(history.lastKey());
        }
        List<String> heading = new ArrayList<>(List.of(model));
        steps.forEach(step -> heading.add("step " + step));
        heading.add("test loss");
        heading.addAll(evaluation.meanActivation().keySet());
        Table table = new Table(heading);
        // What came of the whole experiment stands beside what came of as many steps alone.
        boolean isWhole = published.step() == LAST_STEP + 1;
        Optional<Row> comparable = reference(published, data).filter(found -> isWhole || !steps.isEmpty());
        comparable.ifPresent(reference -> {
            List<String> row = new ArrayList<>(List.of("reference"));
            steps.forEach(step -> row.add(
                    STEPS.contains(step)
                            ? Table.cell("%.4f", reference.losses().get(STEPS.indexOf(step)))
                            : Table.NONE));
            row.add(isWhole ? Table.cell("%.6f", reference.test()) : Table.NONE);
            reference.activations().forEach(mean -> row.add(isWhole ? Table.cell("%.4f", mean) : Table.NONE));
            table.add(row);
        });
        List<String> row = new ArrayList<>(List.of("this model"));
        steps.forEach(step -> row.add(Table.cell("%.4f", history.get(step))));
        row.add(Table.cell("%.6f", evaluation.losses().total()));
        evaluation.meanActivation().values().forEach(mean -> row.add(Table.cell("%.4f", mean)));
        table.add(row);
        return table;
    }

    /** Of the same experiment but for the seed: on MNIST, with the same layers and hyperparameters. */
    private static Optional<Row> reference(PublishedModel published, List<Dataset> data) {
        if (!published.architecture().equals(Architecture.DEFAULT)
                || !data.stream().allMatch(Dataset::isMnist)) {
            return Optional.empty();
        }
        return REFERENCE.entrySet().stream()
                .filter(reference -> isSame(reference.getKey(), published.hyperparameters()))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** But for the seed, and the window of the averages, by which nothing is learned. */
    private static boolean isSame(Hyperparameters reference, Hyperparameters found) {
        return reference.batch() == found.batch()
                && reference
                        .with(Map.of(
                                "seed", Long.toString(found.seed()),
                                "averaging-window", Integer.toString(found.averagingWindow())))
                        .equals(found);
    }
}
