package io.sparsestream.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Contenders by turns, round after round; ratios are taken within a round. */
final class StepComparison {
    private StepComparison() {}

    static void run(Report report, List<String> names, Size size, Path data, int rounds, double seconds) {
        List<WorkerProcess> workers = new ArrayList<>();
        try {
            for (String name : names) {
                workers.add(new WorkerProcess(name, size, data));
            }
            Map<String, List<Double>> rates = new LinkedHashMap<>();
            for (int round = 0; round < rounds; round++) {
                for (WorkerProcess worker : workers) {
                    rates.computeIfAbsent(worker.name(), name -> new ArrayList<>())
                            .add(worker.measure(seconds));
                }
            }
            Map<String, Sample> samples = new LinkedHashMap<>();
            rates.forEach((name, values) -> samples.put(name, new Sample(values)));
            Sample ours = samples.get(names.get(0));
            List<List<String>> rows = new ArrayList<>();
            for (WorkerProcess worker : workers) {
                Sample rate = samples.get(worker.name());
                rows.add(List.of(
                        worker.name(),
                        rate.format("%.0f"),
                        String.format(Locale.ROOT, "%.2f", 1000 / rate.median()),
                        Sample.ratio(ours, rate).format("%.2f"),
                        String.format(Locale.ROOT, "%.4f", worker.loss())));
            }
            report.add(
                    "Training step, batch " + size.batch() + ", one thread, " + rounds + " rounds by turns",
                    List.of("", "steps/s", "ms", names.get(0) + " is faster by", "last loss"),
                    rows,
                    samples);
        } finally {
            workers.forEach(WorkerProcess::close);
        }
    }
}
