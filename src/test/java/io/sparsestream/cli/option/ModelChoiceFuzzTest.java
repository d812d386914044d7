package io.sparsestream.cli.option;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.support.Outside;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a file of hyperparameters holds, it is a model to train, or a line says what is wrong with it. */
class ModelChoiceFuzzTest {
    private static final long COPIED = 1000;

    @TempDir
    static Path directory;

    @FuzzTest
    void properties(byte[] file) throws IOException {
        read("model.properties", file);
    }

    @FuzzTest
    void json(byte[] file) throws IOException {
        read("model.json", file);
    }

    private static void read(String name, byte[] file) throws IOException {
        Path path = Files.write(directory.resolve(name), file);
        Outside.read(
                        COPIED * file.length,
                        () -> ModelChoice.of(path.toString()),
                        List.of(IllegalArgumentException.class))
                .ifPresent(model -> {
                    Hyperparameters found = model.hyperparameters();
                    assertThat(Hyperparameters.PLAIN.with(found.values())).isEqualTo(found);
                });
    }
}
