package io.sparsestream.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
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

/** Whatever a model's file holds, it is a model, or a line says what is wrong with it. */
class ModelFileFuzzTest {
    /** What deflated data may become, at most, and how often that is copied. */
    private static final long UNPACKED = 4 * 1032;

    private static final long COPIED = 100;

    @TempDir
    static Path directory;

    @FuzzTest
    void safetensors(byte[] file) throws IOException {
        read(file, ModelFormat.SAFETENSORS, COPIED);
    }

    @FuzzTest
    void npz(byte[] file) throws IOException {
        read(file, ModelFormat.NPZ, UNPACKED);
    }

    @FuzzTest
    void onnx(byte[] file) throws IOException {
        read(file, ModelFormat.ONNX, COPIED);
    }

    /** Whatever numbers and texts a model has, its files have them. */
    @FuzzTest
    void written(FuzzedDataProvider data) throws IOException {
        Learner learner = new Autoencoder(
                Architecture.of(2, 1, 2),
                Hyperparameters.VECTORS.with(Map.of("batch", "1", "robust", Boolean.toString(data.consumeBoolean()))),
                new PortableProduct());
        learner.state().values().values().forEach(values -> {
            for (int i = 0; i < values.length; i++) {
                values[i] = data.consumeRegularFloat();
            }
        });
        String name = data.consumeString(20);
        ModelFile model = ModelFile.of(name, learner, data.consumeRemainingAsString());
        for (ModelFormat format : ModelFormat.values()) {
            Path path = directory.resolve("written." + format);
            model.write(path, format);
            ModelFile found = ModelFile.read(path);
            assertThat(found.license()).isEqualTo(model.license());
            assertThat(found.model().manifest()).isEqualTo(model.model().manifest());
            assertThat(found.model().crc32c()).isEqualTo(model.model().crc32c());
        }
    }

    private static void read(byte[] file, ModelFormat format, long each) throws IOException {
        Path path = Files.write(directory.resolve("file." + format), file);
        Outside.read(each * file.length, () -> ModelFile.read(path), List.of(IOException.class))
                .ifPresent(model -> Outside.read(
                        each * file.length, () -> model.learner(new PortableProduct()), List.of(IOException.class)));
    }
}
