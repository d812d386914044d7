package io.sparsestream.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.InputScale;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.learn.ScaledLearner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {
    private static final int INPUTS = 2;

    @TempDir
    private Path directory;

    @Test
    void whatTheFirstRecordsLackedIsKept() throws IOException {
        Learner learner = scaled();
        missing(learner)[1] = 3;
        Path file = directory.resolve("trial.state");
        StateFile.write(file, learner);
        Learner read = scaled();
        StateFile.read(file, read);
        assertThat(missing(read)).containsExactly(0, 3);
    }

    /** A sweep of a version that did not count what the first records lack goes on. */
    @Test
    void theFileOfAnEarlierVersionIsRead() throws IOException {
        Learner learner = scaled();
        learner.state().averages().get("inputs.mean")[1] = 0.5;
        Path file = directory.resolve("trial.state");
        StateFile.write(file, learner);
        byte[] written = Files.readAllBytes(file);
        int crc = written.length - Long.BYTES;
        int missing = crc - 3 * INPUTS * Double.BYTES; // mean and variance are behind it
        ByteBuffer earlier = ByteBuffer.allocate(written.length - INPUTS * Double.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(written, 0, missing)
                .put(written, missing + INPUTS * Double.BYTES, 2 * INPUTS * Double.BYTES);
        CRC32C sum = new CRC32C();
        sum.update(earlier.array(), 0, earlier.position());
        Files.write(file, earlier.putLong(sum.getValue()).array());
        Learner read = scaled();
        StateFile.read(file, read);
        assertThat(read.state().averages().get("inputs.mean")).containsExactly(0, 0.5);
        assertThat(missing(read)).containsOnly(0);
    }

    private static Learner scaled() {
        return ScaledLearner.of(new Autoencoder(
                Architecture.of(INPUTS, 1, INPUTS),
                Hyperparameters.PLAIN.with(Map.of("scale", "standard")),
                new PortableProduct()));
    }

    private static double[] missing(Learner learner) {
        return learner.state().averages().get(InputScale.MISSING);
    }
}
