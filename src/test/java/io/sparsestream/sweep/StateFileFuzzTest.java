package io.sparsestream.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.support.Outside;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** Whatever stands in the file of a trial's state, it is what was written, or a line says that it is damaged. */
class StateFileFuzzTest {
    private static final long COPIED = 1000;

    @TempDir
    static Path directory;

    @FuzzTest
    void read(byte[] bytes) throws IOException {
        Path file = Files.write(directory.resolve("trial.state"), bytes);
        Learner learner = learner();
        byte[] before = written(learner);
        boolean isRead = Outside.read(
                        COPIED * bytes.length,
                        () -> {
                            StateFile.read(file, learner);
                            return learner;
                        },
                        List.of(IOException.class))
                .isPresent();
        assertThat(written(learner)).isEqualTo(isRead ? bytes : before);
    }

    private static byte[] written(Learner learner) throws IOException {
        Path file = directory.resolve("again.state");
        StateFile.write(file, learner);
        return Files.readAllBytes(file);
    }

    private static Learner learner() {
        return new Autoencoder(
                Architecture.of(1, 1, 1), Hyperparameters.PLAIN.with(Map.of("batch", "1")), new PortableProduct());
    }
}
