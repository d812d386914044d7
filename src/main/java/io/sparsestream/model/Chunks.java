package io.sparsestream.model;

import io.sparsestream.learn.DeltaEncoding;
import io.sparsestream.learn.Names;
import io.sparsestream.message.Manifest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** An array as records below Kafka's default limit of 1 MiB, and back. Checkpoints, models, updates and answers share the form. */
public final class Chunks {
    private static final int BYTES = 512 * 1024;

    private Chunks() {}

    /**
     * Hands out an array's chunks.
     *
     * @return what a manifest says of it
     */
    public static Manifest.Entry write(
            String name, List<Integer> shape, String dtype, byte[] bytes, BiConsumer<String, byte[]> records) {
        int chunks = (bytes.length + BYTES - 1) / BYTES;
        for (int i = 0; i < chunks; i++) {
            byte[] chunk =
                    chunks == 1 ? bytes : Arrays.copyOfRange(bytes, i * BYTES, Math.min(bytes.length, (i + 1) * BYTES));
            records.accept(key(name, i, chunks), chunk);
        }
        return new Manifest.Entry(name, shape, dtype, chunks, crc32c(bytes));
    }

    private static String key(String name, int chunk, int chunks) {
        return chunks == 1 ? name : name + "/" + chunk;
    }

    /** Of the chunks of one array that a manifest names. */
    public static Stream<String> keys(Manifest.Entry entry) {
        return IntStream.range(0, entry.chunks()).mapToObj(chunk -> key(entry.name(), chunk, entry.chunks()));
    }

    /**
     * The bytes of one array that a manifest names, checked against its checksum.
     *
     * @param records chunk by key
     * @throws ModelException if one is missing or damaged
     */
    public static byte[] read(Manifest.Entry entry, Function<String, byte[]> records) {
        List<byte[]> chunks = new ArrayList<>();
        long length = 0;
        for (int i = 0; i < entry.chunks(); i++) {
            byte[] chunk = records.apply(key(entry.name(), i, entry.chunks()));
            if (chunk == null) {
                throw damaged(entry);
            }
            chunks.add(chunk);
            length += chunk.length;
        }
        // Before anything is allocated: what the manifest says of itself proves nothing.
        if (length != entry.bytes() || length > Integer.MAX_VALUE) {
            throw damaged(entry);
        }
        ByteBuffer all = ByteBuffer.allocate((int) length);
        chunks.forEach(all::put);
        if (crc32c(all.array()) != entry.crc32c()) {
            throw damaged(entry);
        }
        return all.array();
    }

    /**
     * The arrays of an update or an answer, each in its {@link DeltaEncoding}.
     *
     * @param chunks by key
     * @return by name, in the order of the entries
     * @throws ModelException as {@link #read}
     */
    public static Map<String, float[]> decode(List<Manifest.Entry> entries, Map<String, byte[]> chunks) {
        Map<String, float[]> arrays = new LinkedHashMap<>();
        for (Manifest.Entry entry : entries) {
            byte[] bytes = read(entry, chunks::get);
            float[] values = new float[entry.shape().stream().reduce(1, Math::multiplyExact)];
            DeltaEncoding.of(entry.dtype()).decode(bytes, values);
            arrays.put(entry.name(), values);
        }
        return arrays;
    }

    static ModelException damaged(Manifest.Entry entry) {
        return new ModelException("tensor " + Names.cut(entry.name())
                + " is missing, incomplete or does not match its checksum: restore the topic, or start a new model");
    }

    static long crc32c(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return crc.getValue();
    }

    public static byte[] bytes(float[] values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(values);
        return buffer.array();
    }

    static byte[] bytes(double[] values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asDoubleBuffer().put(values);
        return buffer.array();
    }
}
