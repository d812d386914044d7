package io.sparsestream.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Models and batches of many sizes, ours beside others by turns: a lead at the reference size alone would be of little use. */
final class Shapes {
    private static final String OURS = "sparsestream";

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
        List<String> names = new ArrayList<>(List.of(OURS));
        names.addAll(peers);
        for (Size size : sizes) {
            Map<String, ByTurns.Result> results = ByTurns.measure(names, size, data, rounds, seconds);
            Sample ours = results.get(OURS).rate();
            List<String> row = new ArrayList<>(List.of(
                    size.kind().toString(),
                    size.architecture().toString(),
                    String.valueOf(size.batch()),
                    String.format(Locale.ROOT, "%.2f", 1000 / ours.median())));
            for (String peer : peers) {
                row.add(Sample.ratio(ours, results.get(peer).rate()).format("%.2f"));
            }
            rows.add(row);
            String what = size.kind() + " " + size.architecture() + ", batch " + size.batch();
            results.forEach((name, result) -> samples.put(what + ", " + name, result.rate()));
            System.err.println(row);
        }
        List<String> headings = new ArrayList<>(List.of("records", "layers", "batch", "ms"));
        peers.forEach(peer -> headings.add("faster than " + peer + " by"));
        report.add(title + ", one thread, " + rounds + " rounds by turns", headings, rows, samples);
    }
}
