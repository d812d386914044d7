package io.sparsestream.bench;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.nd4j.OpenBlas;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;

/**
 * A thousand numbers a record, none of them 0, as float32 and as grey values, which are a quarter of the bytes: both through Kafka
 * by turns, beside the bare training step.
 */
final class WideRecords {
    private static final int WIDTH = 1000;
    private static final Architecture ARCHITECTURE = Architecture.of(WIDTH, 300, 30, 300, WIDTH);
    private static final int DISTINCT = 3000;
    private static final int LEAST = 90_000; // records on the topic
    private static final long SEED = 1;

    private WideRecords() {}

    static void run(Report report, int rounds, double seconds)
            throws IOException, InterruptedException, ExecutionException {
        double[] greys = new Random(SEED)
                .ints((long) DISTINCT * WIDTH, 1, 256)
                .asDoubleStream()
                .toArray();
        List<byte[]> bytes = IntStream.range(0, DISTINCT)
                .mapToObj(record -> {
                    byte[] value = new byte[WIDTH];
                    for (int i = 0; i < WIDTH; i++) {
                        value[i] = (byte) greys[record * WIDTH + i];
                    }
                    return value;
                })
                .toList();
        List<byte[]> floats = Float32.records(
                IntStream.range(0, greys.length)
                        .mapToDouble(i -> greys[i] / 255)
                        .toArray(),
                WIDTH);
        List<Double> ofFloats = new ArrayList<>();
        List<Double> ofGreys = new ArrayList<>();
        List<Double> bare = new ArrayList<>();
        int batch = Hyperparameters.SPARSE.batch();
        for (int round = 0; round < rounds; round++) {
            ofFloats.add(perSecond(floats, "float32") / batch);
            ofGreys.add(perSecond(bytes, "uint8") / batch);
            bare.add(bare(bytes, seconds));
        }
        Map<String, Sample> samples = new LinkedHashMap<>();
        samples.put("float32, through Kafka", new Sample(ofFloats));
        samples.put("uint8, through Kafka", new Sample(ofGreys));
        samples.put("bare step", new Sample(bare));
        Sample reference = samples.get("float32, through Kafka");
        report.add(
                "Records of " + WIDTH + " numbers without zeros, " + ARCHITECTURE,
                List.of("", "steps/s", "time of float32 over its own"),
                samples.entrySet().stream()
                        .map(entry -> List.of(
                                entry.getKey(),
                                entry.getValue().format("%.0f"),
                                Sample.ratio(entry.getValue(), reference).format("%.2f")))
                        .toList(),
                samples);
    }

    private static double perSecond(List<byte[]> values, String format)
            throws IOException, InterruptedException, ExecutionException {
        return new VectorPipeline(values, LEAST)
                .run(List.of("--preset", "sparse", "--layers", ARCHITECTURE.toString(), "--input-format", format))
                .perSecond();
    }

    /** Steps a second, decoding included, after as long a warm-up. */
    private static double bare(List<byte[]> values, double seconds) {
        Autoencoder learner = new Autoencoder(ARCHITECTURE, Hyperparameters.SPARSE, new OpenBlas());
        MiniBatch batch = learner.newBatch();
        Feed feed = new Feed(values);
        steps(learner, batch, feed, seconds);
        return steps(learner, batch, feed, seconds);
    }

    private static double steps(Autoencoder learner, MiniBatch batch, Feed feed, double seconds) {
        long start = System.nanoTime();
        int steps = 0;
        do {
            feed.fill(batch);
            learner.train(batch);
            steps++;
        } while (System.nanoTime() - start < seconds * 1e9);
        return steps / ((System.nanoTime() - start) / 1e9);
    }
}
