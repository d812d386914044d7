package io.sparsestream.bench.jmh;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.learn.StepResult;
import io.sparsestream.learn.nd4j.OpenBlas;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The training step and its parts, on real images. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class StepBenchmark {
    @Param({"native", "portable"})
    private String engine;

    @Param("data/mnist")
    private String data;

    private ImageCycle images;
    private Autoencoder learner;
    private MiniBatch batch;

    @Setup
    public void setUp() throws IOException {
        images = new ImageCycle(data);
        learner = new Autoencoder(
                Architecture.DEFAULT,
                Hyperparameters.SPARSE,
                engine.equals("native") ? new OpenBlas() : new PortableProduct());
        batch = learner.newBatch();
        fill();
    }

    /** 60 images from uint8 to the float32 batch and the list of its pixels that are not zero. */
    @Benchmark
    public MiniBatch fill() {
        return images.fill(batch);
    }

    @Benchmark
    public ForwardPass reconstruct() {
        return learner.reconstruct(batch);
    }

    @Benchmark
    public StepResult fillAndTrain() {
        return learner.train(fill());
    }
}
