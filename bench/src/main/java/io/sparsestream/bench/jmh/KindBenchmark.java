package io.sparsestream.bench.jmh;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.StepResult;
import io.sparsestream.learn.nd4j.OpenBlas;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The training step of one wide layer of each kind, on real images: sigmoid is dense, by BLAS alone. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class KindBenchmark {
    @Param({"sigmoid", "relu", "topk:25", "batchtopk:25", "jumprelu"})
    private String activation;

    @Param({"sigmoid", "linear"})
    private String output;

    @Param("data/mnist")
    private String data;

    private ImageCycle images;
    private Autoencoder learner;
    private MiniBatch batch;

    @Setup
    public void setUp() throws IOException {
        images = new ImageCycle(data);
        learner = new Autoencoder(
                Architecture.of(784, 1000, 784),
                Hyperparameters.PLAIN.with(
                        Map.of("activation", activation, "output", output, "learning-rate", "0.001")),
                new OpenBlas());
        batch = learner.newBatch();
    }

    @Benchmark
    public StepResult fillAndTrain() {
        return learner.train(images.fill(batch));
    }
}
