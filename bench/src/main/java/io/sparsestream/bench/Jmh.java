package io.sparsestream.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** All JMH benchmarks, as a table. */
final class Jmh {
    private Jmh() {}

    static void run(Report report, Path data, int iterations, double seconds) throws RunnerException {
        TimeValue time = TimeValue.milliseconds(Math.round(seconds * 1000));
        List<List<String>> rows = new ArrayList<>();
        Map<String, Sample> samples = new LinkedHashMap<>();
        for (RunResult run : new Runner(new OptionsBuilder()
                        .include("io.sparsestream.bench.jmh")
                        .param("data", data.toString())
                        .forks(1)
                        .warmupIterations(3)
                        .warmupTime(time)
                        .measurementIterations(iterations)
                        .measurementTime(time)
                        .jvmArgsAppend(Version.OPTIONS.toArray(String[]::new))
                        .build())
                .run()) {
            String name = run.getParams().getBenchmark().replaceAll(".*\\.(\\w+)\\.(\\w+)$", "$1.$2");
            String parameters = run.getParams().getParamsKeys().stream()
                    .filter(key -> !key.equals("data"))
                    .map(run.getParams()::getParam)
                    .reduce("", (left, right) -> left + " " + right);
            Result<?> result = run.getPrimaryResult();
            double min = result.getStatistics().getMin();
            double max = result.getStatistics().getMax();
            double median = result.getStatistics().getPercentile(50);
            samples.put(name + parameters, new Sample(List.of(min, median, max)));
            rows.add(List.of(
                    name + parameters,
                    String.format(Locale.ROOT, "%.3g (%.3g–%.3g)", median, min, max),
                    result.getScoreUnit()));
        }
        report.add("Within one process (JMH)", List.of("", "time", "unit"), rows, samples);
    }
}
