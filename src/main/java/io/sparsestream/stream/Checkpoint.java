package io.sparsestream.stream;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.LearningState;
import io.sparsestream.learn.Tensor;
import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/**
 * The learning state as records below Kafka's default limit of 1 MiB, and back. The same form serves the checkpoint
 * store (everything) and the model topic (parameters alone).
 */
final class Checkpoint {
    static final String MANIFEST = "manifest";
    private static final int CHUNK = 512 * 1024;

    private Checkpoint() {}

    /**
     * Hands out every array's chunks, the manifest last.
     *
     * @param steering what the manifest says of it
     * @return the manifest
     * @throws TrainerException before anything is handed out if a number is not finite
     */
    static Manifest write(
            String model,
            Learner learner,
            long nextOffset,
            Manifest.Steering steering,
            boolean moments,
            BiConsumer<String, byte[]> records) {
        LearningState state = learner.state();
        state.values().forEach((name, values) -> requireFinite(model, state.step(), name, values));
        Map<String, List<Integer>> shapes =
                state.tensors().stream().collect(Collectors.toMap(Tensor::name, Tensor::shape));
        List<Manifest.Entry> entries = new ArrayList<>();
        state.values().forEach((name, value) -> {
            if (moments || shapes.containsKey(name)) {
                List<Integer> shape = shapes.get(name.replaceFirst("^[mv]\\.", ""));
                entries.add(writeTensor(name, shape, "float32", bytes(value), records));
            }
        });
        if (moments) {
            state.averages()
                    .forEach((name, value) ->
                            entries.add(writeTensor(name, List.of(value.length), "float64", bytes(value), records)));
        }
        Manifest manifest = new Manifest(
                model,
                learner.architecture().sizes(),
                learner.hyperparameters(),
                state.step(),
                state.images(),
                nextOffset,
                entries,
                steering);
        records.accept(MANIFEST, Json.write(manifest));
        return manifest;
    }

    /** A diverged model must replace neither the checkpoint nor the published one. */
    private static void requireFinite(String model, long step, String tensor, float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new TrainerException(tensor + " of model " + model + " is not finite any more at step " + step
                        + "; its last checkpoint stands: lower the learning rate, under a new --model name");
            }
        }
    }

    private static Manifest.Entry writeTensor(
            String name, List<Integer> shape, String dtype, byte[] bytes, BiConsumer<String, byte[]> records) {
        int chunks = (bytes.length + CHUNK - 1) / CHUNK;
        for (int i = 0; i < chunks; i++) {
            byte[] chunk =
                    chunks == 1 ? bytes : Arrays.copyOfRange(bytes, i * CHUNK, Math.min(bytes.length, (i + 1) * CHUNK));
            records.accept(key(name, i, chunks), chunk);
        }
        return new Manifest.Entry(name, shape, dtype, chunks, crc32c(bytes));
    }

    private static String key(String name, int chunk, int chunks) {
        return chunks == 1 ? name : name + "/" + chunk;
    }

    /** Of the chunks of one array that the manifest names. */
    static List<String> keys(Manifest.Entry entry) {
        return IntStream.range(0, entry.chunks())
                .mapToObj(chunk -> key(entry.name(), chunk, entry.chunks()))
                .toList();
    }

    /**
     * The bytes of one array that the manifest names, checked against its checksum.
     *
     * @param records chunk by key
     * @throws TrainerException if one is missing or damaged
     */
    static byte[] readTensor(Manifest.Entry entry, Function<String, byte[]> records) {
        List<byte[]> chunks = new ArrayList<>();
        long length = 0;
        for (String key : keys(entry)) {
            byte[] chunk = records.apply(key);
            if (chunk == null) {
                throw damaged(entry);
            }
            chunks.add(chunk);
            length += chunk.length;
        }
        // Before anything is allocated: what the manifest says of itself proves nothing.
        if (length != entry.bytes()) {
            throw damaged(entry);
        }
        ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(length));
        chunks.forEach(all::put);
        if (crc32c(all.array()) != entry.crc32c()) {
            throw damaged(entry);
        }
        return all.array();
    }

    private static TrainerException damaged(Manifest.Entry entry) {
        return new TrainerException("the checkpoint's tensor " + entry.name()
                + " is missing, incomplete or does not match its checksum: restore the topic, or start a new model");
    }

    /** @throws TrainerException if a new learner has another architecture or other hyperparameters than the model had */
    static void requireStartedAlike(Manifest manifest, Learner learner) {
        if (!manifest.architecture().equals(learner.architecture().sizes())
                || !manifest.steering().started().equals(learner.hyperparameters())) {
            throw new TrainerException("model " + manifest.model() + " was started with layers="
                    + new Architecture(manifest.architecture()) + " "
                    + manifest.steering().started().values().entrySet().stream()
                            .map(Map.Entry::toString)
                            .collect(Collectors.joining(" "))
                    + ": start it with these and change them with 'set', or choose another --model name");
        }
    }

    /** Copies a checkpoint into a learner of the same architecture, which then goes on with its hyperparameters. */
    static void restore(Manifest manifest, Learner learner, Function<String, byte[]> records) {
        learner.set(manifest.hyperparameters());
        LearningState state = learner.state();
        for (Manifest.Entry entry : manifest.tensors()) {
            byte[] bytes = readTensor(entry, records);
            float[] value = state.values().get(entry.name());
            double[] average = state.averages().get(entry.name());
            if (value != null && bytes.length != value.length * Float.BYTES
                    || average != null && bytes.length != average.length * Double.BYTES) {
                throw damaged(entry);
            } else if (value != null) {
                ByteBuffer.wrap(bytes)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer()
                        .get(value);
            } else if (average != null) {
                ByteBuffer.wrap(bytes)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asDoubleBuffer()
                        .get(average);
            } else {
                throw new TrainerException("the checkpoint holds a tensor that this version does not know: "
                        + entry.name() + ": use the version that wrote it");
            }
        }
        state.restoreCounts(manifest.step(), manifest.images());
    }

    private static long crc32c(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return crc.getValue();
    }

    private static byte[] bytes(float[] values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(values);
        return buffer.array();
    }

    private static byte[] bytes(double[] values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asDoubleBuffer().put(values);
        return buffer.array();
    }
}
