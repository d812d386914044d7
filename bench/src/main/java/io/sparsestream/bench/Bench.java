package io.sparsestream.bench;

import io.sparsestream.bench.anomaly.LabelledRecords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs the measurements that are asked for, one after the other. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures, and writes bench.json and bench.md. On a quiet machine, please.")
final class Bench implements Callable<Integer> {
    private static final Set<String> ALL = Set.of(
            "step",
            "shapes",
            "dense",
            "dictionaries",
            "size",
            "models",
            "pipeline",
            "guarantee",
            "latency",
            "jmh",
            "measures",
            "wide",
            "page",
            "large",
            "keys");

    private static final int LARGE = 60; // times as long as other measurements, since checkpoints are rare

    private static final String ANOMALY = "anomaly"; // has data of its own
    private static final String AGAINST = "against"; // has another version

    @Parameters(
            arity = "0..*",
            description =
                    "What to measure: step, shapes, dense, dictionaries, size, models, pipeline, guarantee, latency, jmh, measures, wide,"
                            + " page, large, keys; all of it if nothing is named. Or alone: anomaly; or against COMMIT, this version beside another one.")
    private List<String> parts = new ArrayList<>();

    @Option(
            names = "--peers",
            split = ",",
            defaultValue = "portable,engine-nd4j,tensorflow,pytorch,nd4j",
            description = "Contenders of 'step' besides ours (default: ${DEFAULT-VALUE}).")
    private List<String> peers;

    @Option(names = "--rounds", defaultValue = "9", description = "Repetitions (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "1", description = "Of one measurement (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(
            names = "--steps",
            defaultValue = "60000",
            description = "Of a demo in 'pipeline', which compiles for the first 20,000 (default: ${DEFAULT-VALUE}).")
    private long steps;

    @Option(
            names = "--data",
            split = ",",
            defaultValue = "data/mnist",
            description =
                    "Directory with the IDX files (default: ${DEFAULT-VALUE}). For 'anomaly' files: .npz with the arrays"
                            + " X and y, or CSV whose last column is the label, 1 for an anomaly and 0 for another record.")
    private List<Path> data;

    @Option(
            names = "--seeds",
            defaultValue = "5",
            description = "Models that 'anomaly' trains on each file, one after the other (default: ${DEFAULT-VALUE}).")
    private int seeds;

    @Option(
            names = "--train",
            split = " ",
            description = "Options of our trainer in 'anomaly' besides the preset's, such as --train='--batch 16'.")
    private List<String> train = List.of();

    @Option(
            names = "--other",
            description = "The checkout that 'against' compares with; scripts/bench makes it of the commit.")
    private Optional<Path> other = Optional.empty();

    @Option(
            names = "--out",
            defaultValue = "target/bench",
            description = "Directory of the results (default: ${DEFAULT-VALUE}).")
    private Path out;

    private Bench() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Bench()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (parts.equals(List.of(ANOMALY))) {
            Map<Path, LabelledRecords> records = new LinkedHashMap<>();
            for (Path file : data) {
                records.put(file, records(file));
            }
            Report report = new Report();
            AnomalyDetection.run(report, records, seeds, train);
            report.write(out);
            return 0;
        }
        Path images = data.get(0);
        if (parts.equals(List.of(AGAINST)) && other.isPresent()) {
            Report report = new Report();
            Against.run(report, Version.in(other.get()), images, rounds, seconds, steps);
            report.write(out);
            return 0;
        }
        Set<String> chosen = new TreeSet<>(parts.isEmpty() ? ALL : parts);
        if (!ALL.containsAll(chosen)) {
            throw new CommandLine.ParameterException(
                    new CommandLine(this), "choose from " + new TreeSet<>(ALL) + ", not " + chosen);
        }
        Report report = new Report();
        List<String> contenders = new ArrayList<>(List.of("sparsestream"));
        contenders.addAll(peers);
        if (chosen.contains("step")) {
            StepComparison.run(report, contenders, Size.REFERENCE, images, rounds, seconds);
        }
        if (chosen.contains("shapes")) {
            Shapes.run(report, "Batches and widths", Shapes.DIGITS, List.of("tensorflow"), images, rounds, seconds);
        }
        if (chosen.contains("dense")) {
            Shapes.run(report, "Records without zeros", Shapes.DENSE, List.of("tensorflow"), images, rounds, seconds);
        }
        if (chosen.contains("dictionaries")) {
            Shapes.run(
                    report,
                    "Dictionaries, the others with dense products and a mask",
                    Shapes.DICTIONARIES,
                    List.of("tensorflow", "pytorch"),
                    images,
                    rounds,
                    seconds);
        }
        if (chosen.contains("size")) {
            Scaling.bySize(report, images, rounds, seconds);
        }
        if (chosen.contains("models")) {
            Scaling.sideBySide(report, images, rounds, seconds);
        }
        if (chosen.contains("measures")) {
            MeasuresCost.run(report, images, rounds, seconds);
        }
        if (chosen.contains("jmh")) {
            Jmh.run(report, images, rounds, seconds);
        }
        int runs = Math.max(1, rounds / 3); // these take a minute each
        if (chosen.contains("pipeline")) {
            Pipeline.run(report, images, runs, steps);
        }
        if (chosen.contains("wide")) {
            WideRecords.run(report, runs, seconds);
        }
        if (chosen.contains("page")) {
            PageCost.run(report, images, rounds, seconds);
        }
        if (chosen.contains("large")) {
            LargeModels.run(report, images, LARGE * seconds);
        }
        if (chosen.contains("keys")) {
            KeyedModels.run(report, images, runs);
        }
        if (chosen.contains("guarantee")) {
            Streaming.guarantees(report, images, runs, 600_000);
        }
        if (chosen.contains("latency")) {
            Streaming.latency(report, images, runs, 12_000);
        }
        report.write(out);
        return 0;
    }

    private LabelledRecords records(Path file) {
        String problem = file + " is no file: name some, as in --data A.npz,B.csv";
        try {
            if (Files.isRegularFile(file)) {
                return LabelledRecords.read(file);
            }
        } catch (IOException e) {
            problem = e.getMessage();
        }
        throw new CommandLine.ParameterException(new CommandLine(this), problem);
    }
}
