package io.sparsestream.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a step costs by size, beside the reference size by turns. */
final class Scaling {
    private Scaling() {}

    static void bySize(Report report, Path data, int rounds, double seconds) {
        List<WorkerProcess> workers = new ArrayList<>();
        try {
            for (Size size : Shapes.DIGITS) {
                workers.add(new WorkerProcess("sparsestream", size, data));
            }
            Map<Size, List<Double>> millis = new LinkedHashMap<>();
            for (int round = 0; round < rounds; round++) {
                for (WorkerProcess worker : workers) {
                    millis.computeIfAbsent(worker.size(), size -> new ArrayList<>())
                            .add(1000 / worker.measure(seconds));
                }
            }
            Map<String, Sample> samples = new LinkedHashMap<>();
            List<List<String>> rows = new ArrayList<>();
            Sample reference = new Sample(millis.get(Size.REFERENCE));
            millis.forEach((size, values) -> {
                Sample sample = new Sample(values);
                samples.put(size.architecture() + ", batch " + size.batch(), sample);
                rows.add(List.of(
                        size.architecture().toString(),
                        String.valueOf(size.batch()),
                        sample.format("%.2f"),
                        String.format(Locale.ROOT, "%.1f", sample.median() * 1000 / size.batch()),
                        String.format(
                                Locale.ROOT,
                                "%.2f",
                                Sample.ratio(sample, reference).median()),
                        String.format(Locale.ROOT, "%.2f", size.operations() / Size.REFERENCE.operations()),
                        String.format(Locale.ROOT, "%.0f", size.operations() / sample.median() / 1e6)));
            });
            report.add(
                    "Cost of a step by size",
                    List.of("layers", "batch", "ms", "µs an image", "time ×", "arithmetic ×", "GFLOP/s"),
                    rows,
                    samples);
        } finally {
            workers.forEach(WorkerProcess::close);
        }
    }

    /** Models side by side, each a process with one compute thread. */
    static void sideBySide(Report report, Path data, int rounds, double seconds) {
        List<WorkerProcess> workers = new ArrayList<>();
        Map<Integer, List<Double>> totals = new LinkedHashMap<>();
        try {
            for (int i = 0; i < 4; i++) {
                workers.add(new WorkerProcess("sparsestream", Size.REFERENCE, data));
            }
            for (int round = 0; round < rounds; round++) {
                for (int models : new int[] {1, 2, 4}) {
                    int steps = (int) Math.max(1, workers.get(0).measure(seconds / 2) * seconds);
                    long start = System.nanoTime();
                    workers.subList(0, models).forEach(worker -> worker.begin(steps));
                    workers.subList(0, models).forEach(worker -> worker.end(steps));
                    double total = models * steps / ((System.nanoTime() - start) / 1e9);
                    totals.computeIfAbsent(models, key -> new ArrayList<>()).add(total);
                }
            }
        } finally {
            workers.forEach(WorkerProcess::close);
        }
        Map<String, Sample> samples = new LinkedHashMap<>();
        List<List<String>> rows = new ArrayList<>();
        Sample one = new Sample(totals.get(1));
        totals.forEach((models, values) -> {
            Sample total = new Sample(values);
            samples.put(models + " models", total);
            rows.add(List.of(
                    String.valueOf(models),
                    total.format("%.0f"),
                    String.format(Locale.ROOT, "%.0f", total.median() / models),
                    String.format(Locale.ROOT, "%.2f", Sample.ratio(total, one).median())));
        });
        report.add(
                "Models side by side",
                List.of("models", "steps/s, all together", "steps/s, each", "× one model"),
                rows,
                samples);
    }
}
