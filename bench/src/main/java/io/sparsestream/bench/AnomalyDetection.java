package io.sparsestream.bench;

import io.sparsestream.bench.anomaly.LabelledRecords;
import io.sparsestream.bench.anomaly.MoaWorker;
import io.sparsestream.bench.anomaly.Ranking;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/**
 * How well anomalies are told from other records of a stream, and how fast: each record is scored before it is learned from, with
 * one setting for all sets. Ours goes through Kafka, MOA's detectors run in memory.
 */
final class AnomalyDetection {
    private static final int LEAST = 500_000; // records on the topic, for a rate of a trainer that is warm

    private AnomalyDetection() {}

    /** What the seeds of one detector showed, each in turn. */
    private record Runs(List<Double> rocAuc, List<Double> averagePrecision, List<Double> perSecond) {
        Runs() {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }

        void add(double roc, double precision, double rate) {
            rocAuc.add(roc);
            averagePrecision.add(precision);
            perSecond.add(rate);
        }
    }

    /**
     * A table for each set.
     *
     * @param sets the records of each file
     * @param options of our trainer besides the preset's
     */
    static void run(Report report, Map<Path, LabelledRecords> sets, int seeds, List<String> options)
            throws IOException, InterruptedException, ExecutionException {
        for (Map.Entry<Path, LabelledRecords> set : sets.entrySet()) {
            Path file = set.getKey();
            LabelledRecords records = set.getValue();
            Map<String, Runs> all = new LinkedHashMap<>();
            all.put("sparsestream, through Kafka", ours(records, seeds, options));
            all.put("MOA's half-space trees, in memory", peer(MoaWorker.HALF_SPACE_TREES, file, seeds));
            all.put("MOA's autoencoder, in memory", peer(MoaWorker.AUTOENCODER, file, seeds));
            add(report, records, seeds, all);
        }
    }

    private static Runs ours(LabelledRecords records, int seeds, List<String> options)
            throws IOException, InterruptedException, ExecutionException {
        VectorPipeline pipeline = new VectorPipeline(Float32.records(records.values(), records.width()), LEAST);
        Runs runs = new Runs();
        for (int seed = 1; seed <= seeds; seed++) {
            List<String> train = new ArrayList<>(List.of("--preset", "vectors", "--seed", String.valueOf(seed)));
            train.addAll(Float32.options(records.width()));
            train.addAll(options);
            VectorPipeline.Outcome outcome = pipeline.run(train);
            // The header anomaly compares a record with the thousand before it, so it follows a stream whose anomalies
            // come in
            // long rows: the error itself ranks all records.
            Ranking ranking = Ranking.of(outcome.errors(), records.anomalous());
            runs.add(ranking.rocAuc(), ranking.averagePrecision(), outcome.perSecond());
        }
        return runs;
    }

    /** All seeds in one process, so that most of them find it warm. */
    private static Runs peer(String detector, Path file, int seeds)
            throws IOException, InterruptedException, ExecutionException {
        ProcessBuilder line = Version.THIS.process(MoaWorker.class);
        line.command().addAll(List.of(detector, file.toString(), String.valueOf(seeds)));
        Process process = line.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        Runs runs = new Runs();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (String text = out.readLine(); text != null; text = out.readLine()) {
                if (text.startsWith(MoaWorker.ANSWER)) {
                    String[] numbers = text.substring(MoaWorker.ANSWER.length()).split(" ");
                    runs.add(
                            Double.parseDouble(numbers[0]),
                            Double.parseDouble(numbers[1]),
                            Double.parseDouble(numbers[2]));
                }
            }
        }
        if (process.waitFor() != 0) {
            throw new IllegalStateException("MOA's " + detector + " has failed on " + file);
        }
        return runs;
    }

    private static void add(Report report, LabelledRecords records, int seeds, Map<String, Runs> all) {
        List<List<String>> rows = new ArrayList<>();
        Map<String, Sample> samples = new LinkedHashMap<>();
        all.forEach((name, runs) -> {
            Sample rocAuc = new Sample(runs.rocAuc);
            Sample averagePrecision = new Sample(runs.averagePrecision);
            Sample perSecond = new Sample(runs.perSecond);
            samples.put(name + ", ROC-AUC", rocAuc);
            samples.put(name + ", PR-AUC", averagePrecision);
            samples.put(name + ", records/s", perSecond);
            rows.add(List.of(
                    name, rocAuc.formatMean("%.3f"), averagePrecision.formatMean("%.3f"), perSecond.format("%,.0f")));
        });
        report.add(
                String.format(
                        Locale.ROOT,
                        "Anomalies in %s: %,d records of %d numbers, %.2f %% of them anomalies, %d seeds",
                        records.name(),
                        records.size(),
                        records.width(),
                        100.0 * records.anomalies() / records.size(),
                        seeds),
                List.of("", "ROC-AUC", "PR-AUC", "records/s"),
                rows,
                samples);
    }
}
