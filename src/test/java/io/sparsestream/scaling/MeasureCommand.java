package io.sparsestream.scaling;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures some plans, one after the other, and prints two tables. */
@Command(
        name = "measure",
        description = "Runs a broker and trainers as processes here, and prints what they do and need.",
        mixinStandardHelpOptions = true)
final class MeasureCommand implements Callable<Integer> {
    private static final double MILLION = 1e6;
    private static final double MEGABYTE = 1e6;
    private static final double LOOPBACK = Double.POSITIVE_INFINITY; // bytes a second: copying them is in the costs

    @Option(names = "--partitions", split = ",", defaultValue = "1,2,4", description = "P (default: ${DEFAULT-VALUE}).")
    private List<Integer> partitions;

    @Option(
            names = "--sync-every",
            split = ",",
            defaultValue = "50",
            description = "K, local steps of a round (default: ${DEFAULT-VALUE}).")
    private List<Integer> every;

    @Option(
            names = "--update-encoding",
            split = ",",
            defaultValue = "float32",
            description = "float32, float16, int8 (default: ${DEFAULT-VALUE}).")
    private List<String> encodings;

    @Option(names = "--spare", description = "One trainer more than partitions, so that one has the averaging alone.")
    private boolean spare;

    @Option(names = "--images", defaultValue = "1200000", description = "How many (default: ${DEFAULT-VALUE}).")
    private long images;

    private record Row(Plan plan, Snapshot done) {
        double millions() {
            return done.images() / MILLION;
        }

        Calibration.Point point() {
            double cpu =
                    done.trainerCpu().stream().mapToDouble(Double::doubleValue).sum();
            return new Calibration.Point(
                    plan.partitions(),
                    plan.every(),
                    done.images() / done.seconds(),
                    (cpu + done.brokerCpu()) / done.images(),
                    done.brokerCpu() / done.images(),
                    done.waited() / (plan.partitions() * done.seconds()));
        }

        boolean hasSpare() {
            return plan.trainers() > plan.partitions();
        }

        /** Of the trainers that have replicas; the one that has the averaging alone, if there is one, needs least. */
        double replicas(List<Double> seconds) {
            return seconds.stream().mapToDouble(Double::doubleValue).sum() - (hasSpare() ? averaging(seconds) : 0);
        }

        double averaging(List<Double> seconds) {
            return seconds.stream().min(Double::compare).orElseThrow();
        }
    }

    @Override
    public Integer call() throws Exception {
        List<Row> rows = new ArrayList<>();
        for (Plan plan : plans()) {
            Path directory = Files.createTempDirectory("sparsestream-scaling-");
            System.err.println(plan + "; logs in " + directory);
            try (Measurement measurement = new Measurement(plan, directory)) {
                Row row = new Row(plan, measurement.run());
                rows.add(row);
                System.err.printf(
                        Locale.ROOT,
                        "  %,.0f images/s%n",
                        row.done().images() / row.done().seconds());
            }
        }
        System.out.println("""
                | P | K | updates | processes | images/s | waiting | rounds/s | CPU s per million images: trainers | their stream threads | broker | averaging alone, stream thread, CPU ms an update |
                | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |""");
        for (Row row : rows) {
            Plan plan = row.plan();
            Snapshot done = row.done();
            boolean alone = plan.partitions() == 1;
            System.out.printf(
                    Locale.ROOT,
                    "| %d | %s | %s | %d | %,.0f | %s | %s | %.0f | %.0f | %.0f | %s |%n",
                    plan.partitions(),
                    alone ? "" : plan.every(),
                    alone ? "" : plan.encoding(),
                    plan.trainers(),
                    done.images() / done.seconds(),
                    alone ? "" : percent(row.point().waiting()),
                    alone ? "" : number("%.2f", done.rounds() / done.seconds()),
                    row.replicas(done.trainerCpu()) / row.millions(),
                    row.replicas(done.streamThreadCpu()) / row.millions(),
                    done.brokerCpu() / row.millions(),
                    row.hasSpare()
                            ? number(
                                    "%.1f",
                                    1000 * row.averaging(done.streamThreadCpu()) / (done.rounds() * plan.partitions()))
                            : "");
        }
        traffic(rows);
        compare(rows);
        return 0;
    }

    /** What the model makes of it, where enough was measured to calibrate it. */
    private static void compare(List<Row> rows) {
        double cores = Runtime.getRuntime().availableProcessors();
        List<Calibration.Point> points =
                rows.stream().filter(row -> !row.hasSpare()).map(Row::point).toList();
        Costs costs;
        try {
            costs = Calibration.of(points);
        } catch (IllegalArgumentException e) {
            System.out.println("\nnot enough to calibrate the model: " + e.getMessage());
            return;
        }
        System.out.printf("%ncalibrated: --costs %s%n%n", costs);
        System.out.println("| | images/s | the model | ratio |\n| --- | --- | --- | --- |");
        for (Row row : rows) {
            Plan plan = row.plan();
            double bytes = PredictCommand.bytes(plan.encoding());
            double predicted = new ThroughputModel(costs)
                    .predict(new Deployment(
                            plan.partitions(), plan.every(), bytes, bytes, 1, Integer.MAX_VALUE, 1, 1, LOOPBACK, cores))
                    .imagesPerSecond();
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %,.0f | %,.0f | %.2f |%n",
                    plan,
                    row.point().imagesPerSecond(),
                    predicted,
                    predicted / row.point().imagesPerSecond());
        }
    }

    private List<Plan> plans() {
        List<Plan> plans = new ArrayList<>();
        for (int p : partitions) {
            for (String encoding : p == 1 ? encodings.subList(0, 1) : encodings) {
                for (int k : p == 1 ? every.subList(0, 1) : every) {
                    plans.add(new Plan(p, spare && p > 1 ? p + 1 : p, k, encoding, images));
                }
            }
        }
        return plans;
    }

    /** By kind of topic, what goes to the broker and what comes from it. */
    private static void traffic(List<Row> rows) {
        List<String> kinds = rows.stream()
                .flatMap(row -> byKind(row.done().in()).keySet().stream())
                .distinct()
                .sorted()
                .toList();
        System.out.printf("%n| MB per million images, to / from the broker | %s | all |%n", String.join(" | ", kinds));
        System.out.printf("| --- |%s --- |%n", " --- |".repeat(kinds.size()));
        for (Row row : rows) {
            Map<String, Double> in = byKind(row.done().in());
            Map<String, Double> out = byKind(row.done().out());
            in.put("all", in.values().stream().mapToDouble(Double::doubleValue).sum());
            out.put(
                    "all",
                    out.values().stream().mapToDouble(Double::doubleValue).sum());
            List<String> columns = new ArrayList<>(kinds);
            columns.add("all");
            System.out.printf(
                    "| %s | %s |%n",
                    row.plan(),
                    columns.stream()
                            .map(kind -> number("%,.0f", in.getOrDefault(kind, 0.0) / MEGABYTE / row.millions()) + " / "
                                    + number("%,.0f", out.getOrDefault(kind, 0.0) / MEGABYTE / row.millions()))
                            .collect(Collectors.joining(" | ")));
        }
    }

    private static Map<String, Double> byKind(Map<String, Double> byTopic) {
        Map<String, Double> byKind = new TreeMap<>();
        byTopic.forEach((topic, bytes) -> byKind.merge(kind(topic), bytes, Double::sum));
        return byKind;
    }

    private static String kind(String topic) {
        if (topic.startsWith("__")) {
            return "offsets and transactions";
        }
        return topic.endsWith("-changelog") ? "changelogs" : topic.replaceFirst("\\..*", "");
    }

    private static String percent(double share) {
        return number("%.0f %%", 100 * share);
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
