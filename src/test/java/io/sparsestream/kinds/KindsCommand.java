package io.sparsestream.kinds;

import io.sparsestream.compare.ProbeReport;
import io.sparsestream.compare.TestSet;
import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Evaluation;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.LayerMeasures;
import io.sparsestream.learn.MatrixProduct;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.learn.nd4j.OpenBlas;
import io.sparsestream.replay.ShuffledStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Learns models from the training images and prints their measures on the test images, for {@code scripts/kinds}. */
@Command(
        name = "kinds",
        description = "Learns a model of any kind without Kafka, and prints its measures on the test split.",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true)
final class KindsCommand implements Callable<Integer> {
    @Option(names = "--data", defaultValue = "data/mnist", description = "The dataset (default: ${DEFAULT-VALUE}).")
    private Path data;

    @Option(names = "--preset", defaultValue = "plain", description = "To begin with (default: ${DEFAULT-VALUE}).")
    private String preset;

    @Option(names = "--layers", description = "Layer sizes (default: the preset's).")
    private String layers;

    @Option(names = "--steps", defaultValue = "20000", description = "How many (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(
            names = "--every",
            defaultValue = "5000",
            description = "Steps between two rows (default: ${DEFAULT-VALUE}).")
    private int every;

    @Option(names = "--seeds", split = ",", description = "One model for each, like 1,2,3 (default: the preset's).")
    private List<String> seeds = new ArrayList<>();

    @Option(names = "--portable", description = "Without BLAS.")
    private boolean portable;

    @Option(names = "--probe", description = "Also the error of a probe on each layer at the end.")
    private boolean probe;

    @Parameters(paramLabel = "NAME=VALUE", description = "Other hyperparameters, like activation=topk:30/topk:8.")
    private Map<String, String> changes = new TreeMap<>();

    private Dataset train;
    private Dataset test;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new KindsCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        train = Dataset.read(data, Split.TRAIN);
        test = Dataset.read(data, Split.TEST);
        Architecture architecture = layers == null
                ? Hyperparameters.presetArchitecture(preset)
                : new Architecture(
                        Arrays.stream(layers.split("-")).map(Integer::valueOf).toList());
        Hyperparameters chosen = Hyperparameters.preset(preset).with(changes);
        System.out.println(architecture + " " + chosen.values());
        System.out.println(
                "seed  step   MSE      revived ms/step | of each layer: active/units dead mean, sparseness by"
                        + " lifetime and population, class selectivity");
        for (String seed : seeds.isEmpty() ? List.of(Long.toString(chosen.seed())) : seeds) {
            learn(new Autoencoder(architecture, chosen.with(Map.of("seed", seed)), product()));
        }
        return 0;
    }

    private void learn(Autoencoder learner) {
        ShuffledStream stream =
                new ShuffledStream(train.size(), learner.hyperparameters().seed());
        MiniBatch batch = learner.newBatch();
        long image = 0;
        long nanos = 0;
        for (int step = 1; step <= steps; step++) {
            long start = System.nanoTime();
            while (!batch.isFull()) {
                batch.add(train.images().get(stream.index(image++)));
            }
            learner.train(batch);
            batch.clear();
            nanos += System.nanoTime() - start;
            if (step % every == 0 || step == steps) {
                print(learner, nanos / 1e6 / step);
            }
        }
        if (probe) {
            System.out.println(
                    "probe errors " + ProbeReport.errors(learner, TestSet.of(train), TestSet.of(test), this::product));
        }
    }

    private MatrixProduct product() {
        return portable ? new PortableProduct() : new OpenBlas();
    }

    private void print(Autoencoder learner, double milliseconds) {
        List<String> labels = IntStream.range(0, test.size())
                .mapToObj(i -> Integer.toString(test.label(i)))
                .toList();
        StringBuilder row = new StringBuilder(String.format(
                Locale.ROOT,
                "%4d %6d %.5f %6d %8.2f",
                learner.hyperparameters().seed(),
                learner.state().step(),
                Evaluation.of(learner, test.images()).losses().mse(),
                learner.state().unitsRevived(),
                milliseconds));
        for (LayerMeasures layer : LayerMeasures.of(learner, test.images(), labels)) {
            row.append(String.format(
                    Locale.ROOT,
                    " | %.2f/%d %d %.4f, %s %s, %s",
                    layer.l0(),
                    layer.units(),
                    layer.dead(),
                    layer.mean(),
                    number(layer.lifetimeSparseness()),
                    number(layer.populationSparseness()),
                    number(layer.classSelectivity())));
        }
        System.out.println(row);
    }

    private static String number(OptionalDouble value) {
        return value.isPresent() ? String.format(Locale.ROOT, "%.3f", value.getAsDouble()) : "-";
    }
}
