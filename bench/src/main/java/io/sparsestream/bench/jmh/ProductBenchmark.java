package io.sparsestream.bench.jmh;

import io.sparsestream.learn.MatrixProduct;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.learn.nd4j.OpenBlas;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The three products of the output layer, 60 × 300 × 784: two thirds of a step's arithmetic. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ProductBenchmark {
    private static final int BATCH = 60;
    private static final int IN = 300;
    private static final int OUT = 784;

    @Param({"native", "portable"})
    private String engine;

    private MatrixProduct product;
    private MatrixProduct.Operand inputs;
    private MatrixProduct.Operand weights;
    private MatrixProduct.Operand outputs;
    private final float[] input = new float[BATCH * IN];
    private final float[] weight = new float[IN * OUT];
    private final float[] output = new float[BATCH * OUT];

    @Setup
    public void setUp() {
        product = engine.equals("native") ? new OpenBlas() : new PortableProduct();
        Random random = new Random(1);
        for (float[] matrix : new float[][] {input, weight, output}) {
            for (int i = 0; i < matrix.length; i++) {
                matrix[i] = (float) random.nextGaussian();
            }
        }
        inputs = product.operand(input.length);
        weights = product.operand(weight.length);
        outputs = product.operand(output.length);
        weights.load(weight);
    }

    @Benchmark
    public float[] forward() {
        inputs.load(input);
        product.multiply(false, false, BATCH, OUT, IN, inputs, weights, null, output);
        return output;
    }

    @Benchmark
    public float[] weightGradient() {
        outputs.load(output);
        product.multiply(true, false, IN, OUT, BATCH, inputs, outputs, null, weight);
        return weight;
    }

    @Benchmark
    public float[] inputGradient() {
        outputs.load(output);
        product.multiply(false, true, BATCH, IN, OUT, outputs, weights, null, input);
        return input;
    }
}
