package io.sparsestream.sweep;

import io.sparsestream.learn.InputScale;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.LearningState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * A running trial's learning state on disk, little-endian: step, images, every float32 array, every float64 array that its
 * learning reads, and a CRC32C of all that.
 */
final class StateFile {
    private StateFile() {}

    /** Arrays that only robust learning reads. */
    private static final String ERRORS = "errors.";

    static void write(Path file, Learner learner) throws IOException {
        LearningState state = learner.state();
        List<double[]> doubles = averages(learner, true);
        ByteBuffer buffer = buffer(state, doubles);
        buffer.putLong(state.step()).putLong(state.images());
        for (float[] values : state.values().values()) {
            buffer.asFloatBuffer().put(values);
            buffer.position(buffer.position() + values.length * Float.BYTES);
        }
        for (double[] values : doubles) {
            buffer.asDoubleBuffer().put(values);
            buffer.position(buffer.position() + values.length * Double.BYTES);
        }
        buffer.putLong(crc32c(buffer));
        Files.write(file, buffer.array());
    }

    /** @throws IOException if the file is missing, damaged, or another architecture's */
    static void read(Path file, Learner learner) throws IOException {
        LearningState state = learner.state();
        byte[] bytes = Files.readAllBytes(file);
        List<double[]> doubles = averages(learner, true);
        ByteBuffer buffer = buffer(state, doubles);
        if (bytes.length < buffer.capacity()) {
            doubles = averages(learner, false); // earlier versions did not keep what was missing
            buffer = buffer(state, doubles);
        }
        boolean intact = bytes.length == buffer.capacity();
        if (intact) {
            buffer.put(bytes);
            buffer.position(bytes.length - Long.BYTES);
            intact = crc32c(buffer) == buffer.getLong();
        }
        if (!intact) {
            throw new IOException(file + " is damaged: start the sweep again with another --dir");
        }
        buffer.rewind();
        state.restoreCounts(buffer.getLong(), buffer.getLong());
        for (float[] values : state.values().values()) {
            buffer.asFloatBuffer().get(values);
            buffer.position(buffer.position() + values.length * Float.BYTES);
        }
        for (double[] values : doubles) {
            buffer.asDoubleBuffer().get(values);
            buffer.position(buffer.position() + values.length * Double.BYTES);
        }
    }

    private static List<double[]> averages(Learner learner, boolean missing) {
        return learner.state().averages().entrySet().stream()
                .filter(average ->
                        learner.hyperparameters().robust() || !average.getKey().startsWith(ERRORS))
                .filter(average -> missing || !average.getKey().equals(InputScale.MISSING))
                .map(Map.Entry::getValue)
                .toList();
    }

    private static ByteBuffer buffer(LearningState state, List<double[]> averages) {
        int floats = state.values().values().stream()
                .mapToInt(values -> values.length)
                .sum();
        int doubles = averages.stream().mapToInt(values -> values.length).sum();
        return ByteBuffer.allocate(3 * Long.BYTES + floats * Float.BYTES + doubles * Double.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Of what is before the buffer's position. */
    private static long crc32c(ByteBuffer buffer) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.array(), 0, buffer.position());
        return crc.getValue();
    }
}
