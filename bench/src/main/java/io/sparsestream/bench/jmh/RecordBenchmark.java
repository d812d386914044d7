package io.sparsestream.bench.jmh;

import io.sparsestream.message.Dtype;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.ImageDecoder;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.Reason;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What one record costs on its way in and out. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RecordBenchmark {
    private static final int PIXELS = 784;

    @Param({"UINT8", "FLOAT32"})
    private Dtype format;

    private final ImageDecoder decoder = new ImageDecoder(PIXELS, InputFormat.AUTO);
    private final byte[] key = HeaderName.utf8("mnist/train/12345");
    private final byte[] image = new byte[PIXELS];
    private final float[] reconstruction = new float[PIXELS];
    private final Headers headers = new RecordHeaders()
            .add(HeaderName.LABEL, HeaderName.utf8("7"))
            .add(HeaderName.EPOCH, HeaderName.utf8("3"))
            .add(HeaderName.SHAPE, HeaderName.utf8("28x28"))
            .add(HeaderName.DTYPE, HeaderName.utf8("uint8"));

    @Benchmark
    public Reason check() {
        return decoder.problem(key, image, headers);
    }

    @Benchmark
    public byte[] encode() {
        return format.encode(reconstruction, 0, PIXELS);
    }

    @Benchmark
    public byte[] mseHeader() {
        return HeaderName.decimal(0.0123456);
    }
}
