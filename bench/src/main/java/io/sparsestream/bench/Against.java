package io.sparsestream.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * This version beside another one, by turns: so a regression is seen before it lands. Each round starts processes anew, since what
 * the JVM compiles differs from one to the next by some per cent.
 */
final class Against {
    private static final List<String> HEADINGS = List.of("", "this, steps/s", "the other", "ratio");

    private Against() {}

    static void run(Report report, Version other, Path data, int rounds, double seconds, long steps)
            throws IOException, InterruptedException {
        Map<String, List<Double>> ours = new LinkedHashMap<>();
        Map<String, List<Double>> theirs = new LinkedHashMap<>();
        Path work = Files.createTempDirectory("sparsestream-bench-");
        for (int round = 0; round < rounds; round++) {
            List<Version> turn = // who is first finds another machine than who is second
                    round % 2 == 0 ? List.of(Version.THIS, other) : List.of(other, Version.THIS);
            for (Version version : turn) {
                Map<String, List<Double>> rates = version == other ? theirs : ours;
                add(rates, "native step", step(version, "sparsestream", data, seconds));
                add(rates, "portable step", step(version, "portable", data, seconds));
                DemoRun demo = DemoRun.of(version, List.of(), data, work, steps);
                add(rates, "demo of " + steps + " steps", demo.stepsPerSecond());
                add(rates, "its second half", demo.secondHalf());
            }
        }
        List<List<String>> rows = new ArrayList<>();
        Map<String, Sample> samples = new LinkedHashMap<>();
        ours.forEach((what, values) -> {
            Sample mine = new Sample(values);
            Sample his = new Sample(theirs.get(what));
            Sample ratio = Sample.ratio(mine, his);
            samples.put(what, mine);
            samples.put(what + ", " + other.name(), his);
            samples.put(what + ", ratio", ratio);
            rows.add(List.of(what, mine.format("%.0f"), his.format("%.0f"), ratio.format("%.3f")));
        });
        report.add(
                String.format(Locale.ROOT, "This version against %s, %d rounds by turns", other.name(), rounds),
                HEADINGS,
                rows,
                samples);
    }

    private static double step(Version version, String contender, Path data, double seconds) {
        try (WorkerProcess worker = new WorkerProcess(version, contender, Size.REFERENCE, data)) {
            return worker.measure(seconds);
        }
    }

    private static void add(Map<String, List<Double>> rates, String what, double rate) {
        rates.computeIfAbsent(what, name -> new ArrayList<>()).add(rate);
    }
}
