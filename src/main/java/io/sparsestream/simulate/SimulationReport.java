package io.sparsestream.simulate;

import io.sparsestream.compare.Table;
import io.sparsestream.message.Json;
import io.sparsestream.simulate.Simulation.Cell;
import io.sparsestream.simulate.Simulation.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the replicas have reached.
 *
 * @param simulation what all runs have in common
 * @param dataset on which they were judged, such as {@code mnist/test}
 * @param runs one row each
 */
public record SimulationReport(Simulation simulation, String dataset, List<Run> runs) {
    /**
     * One run.
     *
     * @param syncEvery steps of a replica between two rounds; null with one replica, which has none
     * @param images that the replicas have trained, all together
     * @param updateBytes of all changes, encoded
     * @param answerBytes of the global parameters sent back
     * @param loss in total, on the test images; this and what follows is null if learning has diverged
     * @param ratio of the loss to that of one replica; null if there was no such run
     * @param weightsCrc32c equal weights, equal number
     */
    public record Run(
            int replicas,
            Long syncEvery,
            long images,
            long rounds,
            long updateBytes,
            long answerBytes,
            Double loss,
            Double mse,
            Map<String, Double> meanActivation,
            Double ratio,
            long weightsCrc32c) {
        private static Run of(Result result, Double single) {
            Cell cell = result.cell();
            boolean diverged = result.test() == null;
            Double loss = diverged ? null : result.test().losses().total();
            return new Run(
                    cell.replicas(),
                    cell.replicas() == 1 ? null : cell.syncEvery(),
                    result.trained(),
                    result.rounds(),
                    result.updateBytes(),
                    result.answerBytes(),
                    loss,
                    diverged ? null : result.test().losses().mse(),
                    diverged ? null : new TreeMap<>(result.test().meanActivation()),
                    diverged || single == null ? null : loss / single,
                    result.weightsCrc32c());
        }
    }

    public static SimulationReport of(Simulation simulation, String dataset, List<Result> results) {
        Double single = results.stream()
                .filter(result -> result.cell().replicas() == 1 && result.test() != null)
                .findFirst()
                .map(result -> result.test().losses().total())
                .orElse(null);
        return new SimulationReport(
                simulation,
                dataset,
                results.stream().map(result -> Run.of(result, single)).toList());
    }

    /** Bytes are those over the network: up are the replicas' changes, down the global parameters. */
    public Table table() {
        List<String> layers = new ArrayList<>();
        for (int layer = 0; layer < simulation.architecture().hiddenLayers(); layer++) {
            layers.add(simulation.architecture().hiddenLayer(layer));
        }
        List<String> heading = new ArrayList<>(List.of("P", "K", "images", "test loss", "ratio to P = 1", "test MSE"));
        heading.addAll(layers);
        heading.addAll(List.of("rounds", "MB up", "MB down"));
        Table table = new Table(heading);
        for (Run run : runs) {
            List<String> row = new ArrayList<>(List.of(
                    Integer.toString(run.replicas()),
                    run.syncEvery() == null ? Table.NONE : Long.toString(run.syncEvery()),
                    String.format(Locale.ROOT, "%,d", run.images())));
            if (run.loss() == null) {
                row.addAll(List.of("diverged", Table.NONE, Table.NONE));
                layers.forEach(layer -> row.add(Table.NONE));
            } else {
                row.add(Table.cell("%.5f", run.loss()));
                row.add(Table.cell("%.3f", run.ratio()));
                row.add(Table.cell("%.5f", run.mse()));
                layers.forEach(
                        layer -> row.add(Table.cell("%.4f", run.meanActivation().get(layer))));
            }
            row.addAll(List.of(
                    String.format(Locale.ROOT, "%,d", run.rounds()),
                    String.format(Locale.ROOT, "%,.0f", run.updateBytes() / 1e6),
                    String.format(Locale.ROOT, "%,.0f", run.answerBytes() / 1e6)));
            table.add(row);
        }
        return table;
    }

    /** As JSON. */
    public void write(Path file) throws IOException {
        Files.write(file, Json.write(this));
    }
}
