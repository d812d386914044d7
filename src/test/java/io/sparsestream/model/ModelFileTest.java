package io.sparsestream.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.learn.Tensor;
import io.sparsestream.message.Manifest;
import io.sparsestream.message.PublishedModel;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A model that has learned a little, to files and back, and in the hands of others' readers. */
class ModelFileTest {
    private static final String LICENSE = "Apache-2.0; \"learned\" from MNIST — ρ";

    @TempDir
    private Path directory;

    private static List<byte[]> digits;
    private static ModelFile file;

    @BeforeAll
    static void learn() throws IOException {
        digits = Dataset.read(Path.of("data/mnist"), Split.TEST).images();
        Learner learner = new Autoencoder(Architecture.DEFAULT, Hyperparameters.SPARSE, new PortableProduct());
        for (int step = 0; step < 10; step++) {
            learner.train(batch(learner, step));
        }
        Map<String, float[]> parameters = new LinkedHashMap<>();
        List<Manifest.Entry> entries = new ArrayList<>();
        for (Tensor tensor : learner.state().tensors()) {
            float[] values = learner.state().parameter(tensor.name());
            parameters.put(tensor.name(), values);
            entries.add(new Manifest.Entry(
                    tensor.name(), tensor.shape(), "float32", 1, PublishedModel.crc32c(List.of(values))));
        }
        Manifest manifest =
                new Manifest("a model", Architecture.DEFAULT.sizes(), learner.hyperparameters(), 10, 600, 612, entries);
        file = new ModelFile(new PublishedModel(manifest, parameters), LICENSE);
    }

    private static MiniBatch batch(Learner learner, int number) {
        MiniBatch batch = learner.newBatch();
        for (int i = 0; !batch.isFull(); i++) {
            batch.add(digits.get(number * 60 + i));
        }
        return batch;
    }

    @ParameterizedTest
    @EnumSource
    void comesBackAsItWas(ModelFormat format) throws IOException {
        Path path = directory.resolve("a model." + format);
        file.write(path, format);

        ModelFile back = ModelFile.read(path);

        assertThat(back.license()).isEqualTo(LICENSE);
        assertThat(back.model().manifest()).isEqualTo(file.model().manifest());
        assertThat(back.model().parameters().keySet())
                .containsExactlyElementsOf(file.model().parameters().keySet());
        file.model()
                .parameters()
                .forEach((name, values) ->
                        assertThat(back.model().parameters().get(name)).as(name).isEqualTo(values));
        assertThat(directory).isDirectoryContaining(path::equals).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void onnxRuntimeFindsWhatTheLearnerFinds() throws Exception {
        Path path = directory.resolve("model.onnx");
        file.write(path, ModelFormat.ONNX);
        Learner learner = file.model().learner(new PortableProduct());
        ForwardPass expected = learner.reconstruct(batch(learner, 100));

        try (OrtEnvironment environment = OrtEnvironment.getEnvironment();
                OrtSession session = environment.createSession(path.toString());
                OnnxTensor images = OnnxTensor.createTensor(
                        environment, FloatBuffer.wrap(batch(learner, 100).images()), new long[] {60, 784});
                OrtSession.Result found = session.run(Map.of("images", images))) {
            assertClose(found, "reconstruction", expected.reconstructions());
            assertClose(found, "code", expected.activations()[1]);
            assertThat(session.getMetadata().getCustomMetadata())
                    .containsEntry("license", LICENSE)
                    .containsEntry("step", "10")
                    .containsEntry("next_offset", "612");
        }
    }

    private static void assertClose(OrtSession.Result found, String output, float[] expected) {
        float[] values =
                ((OnnxTensor) found.get(output).orElseThrow()).getFloatBuffer().array();
        assertThat(values).as(output).hasSameSizeAs(expected);
        for (int i = 0; i < values.length; i++) {
            assertThat(values[i]).as(output + " " + i).isCloseTo(expected[i], within(1e-5f));
        }
    }

    /** npz by numpy.load; safetensors, whose package Debian lacks, by NumPy and the format's description. */
    @Test
    void numpyFindsWhatTheLearnerFinds() throws Exception {
        Optional<String> python = pythonWithNumpy();
        assumeThat(python)
                .as("python3 with NumPy (Debian: apt-get install python3-numpy) is not installed")
                .isPresent();
        Learner learner = file.model().learner(new PortableProduct());
        ForwardPass expected = learner.reconstruct(batch(learner, 100));
        for (ModelFormat format : List.of(ModelFormat.NPZ, ModelFormat.SAFETENSORS)) {
            Path path = directory.resolve("model." + format);
            file.write(path, format);
            Path images = directory.resolve("images.raw");
            try (var out = Files.newOutputStream(images)) {
                for (int i = 0; i < 60; i++) {
                    out.write(digits.get(6000 + i));
                }
            }

            String[] lines = run(python.get(), "src/test/python/reconstruct.py", path.toString(), images.toString())
                    .split("\n");

            assertThat(lines[0]).isEqualTo("a model 10 612 0.01 " + LICENSE);
            double[] mse = Arrays.stream(lines[1].split(" "))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
            assertThat(mse).as(format.toString()).containsExactly(expected.mse(), within(1e-6));
            assertThat(lines[2].split(" ")).hasSize(30 * 60);
            double[] code = Arrays.stream(lines[2].split(" "))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
            for (int i = 0; i < code.length; i++) {
                assertThat(code[i]).isCloseTo(expected.activations()[1][i], within(1e-5));
            }
        }
    }

    /** The first on the path, or Debian's. */
    private static Optional<String> pythonWithNumpy() throws InterruptedException {
        for (String python : List.of("python3", "/usr/bin/python3")) {
            try {
                if (new ProcessBuilder(python, "-c", "import numpy").start().waitFor() == 0) {
                    return Optional.of(python);
                }
            } catch (IOException e) {
                continue; // not there
            }
        }
        return Optional.empty();
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @ParameterizedTest
    @CsvSource({"SAFETENSORS, 9000", "NPZ, 9000", "ONNX, 9000"})
    void damageIsFound(ModelFormat format, int at) throws IOException {
        Path path = directory.resolve("model." + format);
        file.write(path, format);
        byte[] bytes = Files.readAllBytes(path);
        bytes[at] ^= 1;
        Files.write(path, bytes);
        assertThatThrownBy(() -> ModelFile.read(path))
                .isExactlyInstanceOf(IOException.class)
                .hasMessageStartingWith(path + ": not a model in the format " + format + ": ");
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNoModelIsRefusedInALine(ModelFormat format) throws IOException {
        Path path = directory.resolve("model." + format);
        for (byte[] bytes : List.of(
                new byte[0],
                "some text that is no model at all".getBytes(StandardCharsets.UTF_8),
                new byte[] {2, 0, 0, 0, 0, 0, 0, 0, '{', '}'},
                new byte[] {-1, -1, -1, -1, -1, -1, -1, 127, '{', '}'})) {
            Files.write(path, bytes);
            assertThatThrownBy(() -> ModelFile.read(path))
                    .isExactlyInstanceOf(IOException.class)
                    .hasMessageStartingWith(path + ": not a model in the format " + format + ": ");
        }
        byte[] whole = Files.readAllBytes(write(path, format));
        Files.write(path, Arrays.copyOf(whole, whole.length / 2));
        assertThatThrownBy(() -> ModelFile.read(path))
                .isExactlyInstanceOf(IOException.class)
                .hasMessageStartingWith(path + ": not a model in the format " + format + ": ");
    }

    private static Path write(Path path, ModelFormat format) throws IOException {
        file.write(path, format);
        return path;
    }
}
