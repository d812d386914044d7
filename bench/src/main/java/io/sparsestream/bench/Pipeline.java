package io.sparsestream.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The whole demo beside the bare training step, by turns. */
final class Pipeline {
    private static final int BATCH = Size.REFERENCE.batch();
    /** The demo ends when its last checkpoint is published, so that one has to come some time. */
    private static final Map<String, List<String>> VARIANTS =
            Map.of("demo", List.of(), "demo, a checkpoint in two minutes", List.of("--checkpoint-interval", "120"));

    private Pipeline() {}

    /** What the runs of one variant showed. */
    private record Runs(
            List<Double> rate, List<Double> warm, List<Double> bare, List<Double> cpu, List<Double> memory) {
        Runs() {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }
    }

    static void run(Report report, Path data, int rounds, long steps) throws IOException, InterruptedException {
        Map<String, Runs> all = new LinkedHashMap<>();
        Path work = Files.createTempDirectory("sparsestream-bench-");
        try (WorkerProcess bare = new WorkerProcess("sparsestream", Size.REFERENCE, data)) {
            double before = bare.measure(2);
            for (int round = 0; round < rounds; round++) {
                for (String variant : VARIANTS.keySet().stream().sorted().toList()) {
                    Runs runs = all.computeIfAbsent(variant, name -> new Runs());
                    demo(runs, VARIANTS.get(variant), data, work, steps);
                    double after = bare.measure(2);
                    runs.bare.add((before + after) / 2);
                    before = after;
                }
            }
        }
        List<List<String>> rows = new ArrayList<>();
        Map<String, Sample> samples = new LinkedHashMap<>();
        all.forEach((name, runs) -> {
            Sample rate = new Sample(runs.rate);
            Sample warm = new Sample(runs.warm);
            Sample bare = new Sample(runs.bare);
            Sample cpu = new Sample(runs.cpu);
            Sample memory = new Sample(runs.memory);
            samples.put(name + ", steps/s", rate);
            samples.put(name + ", second half, steps/s", warm);
            samples.put(name + ", bare steps/s", bare);
            samples.put(name + ", CPU s per million images", cpu);
            samples.put(name + ", peak MB", memory);
            rows.add(List.of(
                    name,
                    rate.format("%.0f"),
                    warm.format("%.0f"),
                    String.format(Locale.ROOT, "%,.0f", warm.median() * BATCH),
                    bare.format("%.0f"),
                    Sample.ratio(rate, bare).format("%.2f"),
                    Sample.ratio(warm, bare).format("%.2f"),
                    cpu.format("%.0f"),
                    memory.format("%.0f")));
        });
        report.add(
                "Pipeline: demo of " + steps + " steps, exactly once, beside the bare step",
                List.of(
                        "",
                        "steps/s",
                        "second half",
                        "images/s there",
                        "bare steps/s",
                        "efficiency",
                        "second half",
                        "CPU s per million images",
                        "peak MB"),
                rows,
                samples);
    }

    private static void demo(Runs runs, List<String> options, Path data, Path work, long steps)
            throws IOException, InterruptedException {
        DemoRun run = DemoRun.of(Version.THIS, options, data, work, steps);
        runs.rate.add(run.stepsPerSecond());
        runs.warm.add(run.secondHalf());
        runs.cpu.add(run.cpuSeconds() / (steps * BATCH) * 1e6);
        runs.memory.add(run.peakMegabytes());
    }
}
