package io.sparsestream.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Models and batches of many sizes, ours beside others by turns: a lead at the reference size alone would be of little use. */
final class Shapes {
    static final List<Size> DIGITS = List.of(
            new Size(1, 1),
            new Size(1, 10),
            new Size(1, 30),
            Size.REFERENCE,
            new Size(1, 100),
            new Size(1, 300),
            new Size(1, 600),
            new Size(1, 1000),
            new Size(2, 60),
            new Size(4, 60));

    static final List<Size> DENSE = List.of(
            new Size(Size.Kind.GREYS, 1, 60), new Size(Size.Kind.WIDE, 1, 60), new Size(Size.Kind.GREYS, 1, 600));

    static final List<Size> DICTIONARIES =
            List.of(new Size(Size.Kind.DICTIONARY, 1, 60), new Size(Size.Kind.LARGE_DICTIONARY, 1, 60));

    private Shapes() {}

    /** @param peers contenders besides ours */
    static void run(
            Report report, String title, List<Size> sizes, List<String> peers, Path data, int rounds, double seconds) {
        Map<String, Sample> samples = new LinkedHashMap<>();
        List<List<String>> rows = new ArrayList<>();
        for (Size size : sizes) {
            String what = size.kind().name().toLowerCase(Locale.ROOT) + " " + size.architecture() + ", batch " + size.batch();
            Map<String, Sample> rates = byTurns(size, peers, data, rounds, seconds);
            List<String> row = new ArrayList<>(List.of(
                    size.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    size.architecture().toString(),
                    String.valueOf(size.batch()),
                    String.format(Locale.ROOT, "%.2f", 1000 / rates.get("sparsestream").median())));
            for (String peer : peers) {
                row.add(Sample.ratio(rates.get("sparsestream"), rates.get(peer)).format("%.2f"));
            }
            rows.add(row);
            rates.forEach((name, sample) -> samples.put(what + ", " + name, sample));
            System.err.println(row);
        }
        List<String> headings = new ArrayList<>(List.of("records", "layers", "batch", "ms"));
        peers.forEach(peer -> headings.add("faster than " + peer + " by"));
        report.add(title + ", one thread, " + rounds + " rounds by turns", headings, rows, samples);
    }

    private static Map<String, Sample> byTurns(Size size, List<String> peers, Path data, int rounds, double seconds) {
        List<WorkerProcess> workers = new ArrayList<>();
        Map<String, List<Double>> rates = new LinkedHashMap<>();
        try {
            workers.add(new WorkerProcess("sparsestream", size, data));
            peers.forEach(peer -> workers.add(new WorkerProcess(peer, size, data)));
            for (int round = 0; round < rounds; round++) {
                for (WorkerProcess worker : workers) {
                    rates.computeIfAbsent(worker.name(), name -> new ArrayList<>())
                            .add(worker.measure(seconds));
                }
            }
        } finally {
            workers.forEach(WorkerProcess::close);
        }
        Map<String, Sample> samples = new LinkedHashMap<>();
        rates.forEach((name, values) -> samples.put(name, new Sample(values)));
        return samples;
    }
}
