package io.sparsestream.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one run of the demo showed.
 *
 * @param stepsPerSecond from the first step to the end
 * @param secondHalf steps a second after half of the steps, when all is compiled: as the bare step is measured
 * @param cpuSeconds of all its threads
 */
record DemoRun(double stepsPerSecond, double secondHalf, double cpuSeconds, double peakMegabytes) {
    /** The demo's own line: a step, and the steps a second since the first one. */
    private static final Pattern PROGRESS = Pattern.compile(".* step +(\\d+) .* (\\d+) steps/s");

    static DemoRun of(Version version, List<String> options, Path data, Path work, long steps)
            throws IOException, InterruptedException {
        Path summary = work.resolve("summary.json");
        List<String> line = new ArrayList<>(List.of(
                "--port",
                "0",
                "--steps",
                String.valueOf(steps),
                "--data",
                data.toAbsolutePath().toString(),
                "--summary",
                summary.toString()));
        line.addAll(options);
        try (ProductProcess demo = ProductProcess.demo(version, work.resolve("demo.log"), line)) {
            demo.await();
            double rate = new ObjectMapper()
                    .readTree(summary.toFile())
                    .get("models")
                    .get("sparse")
                    .get("stepsPerSecond")
                    .asDouble();
            return new DemoRun(rate, secondHalf(demo.lines(), steps), demo.cpuSeconds(), demo.peakMegabytes());
        }
    }

    private static double secondHalf(List<String> lines, long steps) {
        double fromStep = 0;
        double from = 0;
        double toStep = 0;
        double to = 0;
        for (String line : lines) {
            Matcher progress = PROGRESS.matcher(line);
            if (progress.matches()) {
                toStep = Double.parseDouble(progress.group(1));
                to = toStep / Double.parseDouble(progress.group(2));
                if (toStep <= steps / 2.0) {
                    fromStep = toStep;
                    from = to;
                }
            }
        }
        return (toStep - fromStep) / (to - from);
    }
}
