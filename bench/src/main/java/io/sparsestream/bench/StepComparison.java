package io.sparsestream.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Contenders beside ours, which is the first; ratios are taken within a round. */
final class StepComparison {
    private StepComparison() {}

    static void run(Report report, List<String> names, Size size, Path data, int rounds, double seconds) {
        Map<String, ByTurns.Result> results = ByTurns.measure(names, size, data, rounds, seconds);
        Sample ours = results.get(names.get(0)).rate();
        List<List<String>> rows = new ArrayList<>();
        Map<String, Sample> samples = new LinkedHashMap<>();
        results.forEach((name, result) -> {
            Sample rate = result.rate();
            samples.put(name, rate);
            rows.add(List.of(
                    name,
                    rate.format("%.0f"),
                    String.format(Locale.ROOT, "%.2f", 1000 / rate.median()),
                    Sample.ratio(ours, rate).format("%.2f"),
                    String.format(Locale.ROOT, "%.4f", result.loss())));
        });
        report.add(
                "Training step, batch " + size.batch() + ", one thread, " + rounds + " rounds by turns",
                List.of("", "steps/s", "ms", names.get(0) + " is faster by", "last loss"),
                rows,
                samples);
    }
}
