package io.sparsestream.model;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import io.sparsestream.support.Outside;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Whatever a manifest claims of arrays, and whatever stands in their records, nothing is taken for them that is not there. */
class ChunksFuzzTest {
    private static final String[] DTYPES = {"float32", "float64", "uint8", "float16", "int8", "none"};
    private static final int[] SIZES = {1, 2, 3, 0, -1, 1 << 16, 1 << 30, Integer.MAX_VALUE};
    private static final long COPIED = 1000;

    /** An array of any shape, whose checksum is right. */
    @FuzzTest
    void array(FuzzedDataProvider data) {
        String dtype = data.pickValue(DTYPES);
        Integer[] shape = new Integer[data.consumeInt(0, 4)];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = data.pickValue(SIZES);
        }
        int chunks = data.consumeBoolean() ? 1 : data.pickValue(SIZES);
        byte[] bytes = data.consumeRemainingAsBytes();
        Outside.read(
                COPIED * bytes.length,
                () -> Chunks.decode(
                        List.of(new Manifest.Entry("w", Arrays.asList(shape), dtype, chunks, Chunks.crc32c(bytes))),
                        Map.of("w", bytes)),
                List.of(ModelException.class, IllegalArgumentException.class));
    }

    /** The manifest stands before the records' values, which are all the same. */
    @FuzzTest
    void checkpoint(FuzzedDataProvider data) {
        byte[] value = data.consumeBytes(40);
        byte[] json = data.consumeRemainingAsBytes();
        Outside.read(
                COPIED * (json.length + value.length),
                () -> {
                    Manifest manifest = Json.read(json, Manifest.class);
                    Map<String, byte[]> records = new HashMap<>();
                    manifest.tensors().forEach(entry -> records.put(entry.name(), value));
                    records.put("errors", value);
                    Learner learner = new Autoencoder(
                            Architecture.of(2, 1, 2),
                            Hyperparameters.VECTORS.with(Map.of("batch", "1")),
                            new PortableProduct());
                    Checkpoint.errors(manifest, records::get);
                    Checkpoint.restore(manifest, learner, Map.of(), records::get);
                    return manifest;
                },
                List.of(ModelException.class, IllegalArgumentException.class));
    }
}
