package io.sparsestream.scaling;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.DeltaEncoding;
import io.sparsestream.learn.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints what the model says of some deployments. */
@Command(
        name = "predict",
        description = "Prints what the model of docs/SCALING.md says of a cluster.",
        mixinStandardHelpOptions = true)
final class PredictCommand implements Callable<Integer> {
    private static final double BYTES_PER_GIGABIT = 1e9 / 8;

    @Option(
            names = "--partitions",
            split = ",",
            defaultValue = "1,2,4,8,16,32,64,128,256",
            description = "P (default: ${DEFAULT-VALUE}).")
    private List<Integer> partitions;

    @Option(
            names = "--sync-every",
            split = ",",
            defaultValue = "50",
            description = "K, local steps of a round (default: ${DEFAULT-VALUE}).")
    private List<Integer> every;

    @Option(
            names = "--update-encoding",
            defaultValue = "float32",
            description = "float32, float16 or int8, of updates and answers (default: ${DEFAULT-VALUE}).")
    private String update;

    @Option(names = "--shards", defaultValue = "1", description = "Averaging tasks that share the tensors; not built.")
    private int shards;

    @Option(
            names = "--fan-in",
            defaultValue = "1000000",
            description = "Updates that one averaging task of a tree takes; not built.")
    private int fanIn;

    @Option(names = "--brokers", defaultValue = "3", description = "How many (default: ${DEFAULT-VALUE}).")
    private int brokers;

    @Option(names = "--replication", defaultValue = "3", description = "Of every topic (default: ${DEFAULT-VALUE}).")
    private int replication;

    @Option(
            names = "--gigabits",
            defaultValue = "10",
            description = "A second, of each machine's network (default: ${DEFAULT-VALUE}).")
    private double gigabits;

    @Option(
            names = "--cores",
            defaultValue = "Infinity",
            description = "That all share (default: a machine for each process).")
    private double cores;

    @Option(
            names = "--costs",
            split = ",",
            paramLabel = "SECONDS",
            description = "Five, as 'measure' prints them (default: those of docs/SCALING.md).")
    private double[] costs;

    @Override
    public Integer call() {
        ThroughputModel model = new ThroughputModel(costs == null ? Costs.MEASURED : Costs.of(costs));
        System.out.println("""
                | P | K | images/s | efficiency | round ms | steps | transactions | averaging | network | most but for steps | broker cores |
                | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |""");
        for (int k : every) {
            for (int p : partitions) {
                ThroughputModel.Prediction found = model.predict(new Deployment(
                        p,
                        k,
                        bytes(update),
                        bytes(update),
                        shards,
                        fanIn,
                        brokers,
                        replication,
                        gigabits * BYTES_PER_GIGABIT,
                        cores));
                System.out.printf(
                        Locale.ROOT,
                        "| %d | %d | %,.0f | %.0f %% | %,.0f | %,.0f | %,.0f | %,.0f | %,.0f | %s | %.1f |%n",
                        p,
                        k,
                        found.imagesPerSecond(),
                        100 * found.efficiency(),
                        1000 * found.roundSeconds(),
                        1000 * found.steps(),
                        1000 * found.transactions(),
                        1000 * found.averaging(),
                        1000 * found.network(),
                        p == 1 ? "" : found.limit(),
                        found.brokerCores());
            }
        }
        return 0;
    }

    /** Of all parameters of the reference architecture. */
    static double bytes(String encoding) {
        return DeltaEncoding.of(encoding)
                .bytes(Architecture.DEFAULT.tensors().stream()
                        .mapToInt(Tensor::size)
                        .sum());
    }
}
