package io.sparsestream.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.learn.ScaledLearner;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import io.sparsestream.message.PublishedModel;
import io.sparsestream.support.Python;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import onnx.Onnx.ModelProto;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorProto;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.shade.protobuf.ByteString;

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
        file = LearnedModel.of(Architecture.DEFAULT, Hyperparameters.SPARSE, digits, LICENSE);
    }

    /** Thresholds among the tensors. */
    @ParameterizedTest
    @CsvSource({
        "784-40-784, topk:5, linear",
        "784-40-784, batchtopk:5, linear",
        "784-40-784, jumprelu, linear",
        "784-30-8-30-784, topk:10/topk:3, sigmoid",
        "784-30-8-30-784, jumprelu/batchtopk:3, linear",
        "784-30-8-30-784, sigmoid/relu, sigmoid",
    })
    void modelsOfEveryKindComeBackAndComputeTheSameInOnnxRuntime(String layers, String activation, String output)
            throws Exception {
        Architecture architecture = new Architecture(
                Arrays.stream(layers.split("-")).map(Integer::valueOf).toList());
        ModelFile kind = LearnedModel.of(
                architecture,
                Hyperparameters.PLAIN.with(
                        Map.of("activation", activation, "output", output, "learning-rate", "0.002")),
                digits,
                LICENSE);
        for (ModelFormat format : ModelFormat.values()) {
            Path path = directory.resolve("kind." + format);
            kind.write(path, format);
            ModelFile back = ModelFile.read(path);
            assertThat(back.model().manifest()).isEqualTo(kind.model().manifest());
            assertThat(back.model().parameters().keySet())
                    .containsExactlyElementsOf(kind.model().parameters().keySet());
            kind.model()
                    .parameters()
                    .forEach((name, values) -> assertThat(
                                    back.model().parameters().get(name))
                            .as(name)
                            .isEqualTo(values));
        }
        Learner learner = kind.model().learner(new PortableProduct());
        ForwardPass expected = learner.reconstruct(LearnedModel.batch(learner, digits, 100));
        try (OrtEnvironment environment = OrtEnvironment.getEnvironment();
                OrtSession session = environment.createSession(
                        directory.resolve("kind." + ModelFormat.ONNX).toString());
                OnnxTensor images = OnnxTensor.createTensor(
                        environment,
                        FloatBuffer.wrap(
                                LearnedModel.batch(learner, digits, 100).images()),
                        new long[] {60, 784});
                OrtSession.Result found = session.run(Map.of("images", images))) {
            assertClose(found, "reconstruction", expected.reconstructions());
            assertClose(found, "code", expected.activations()[architecture.hiddenLayers() - 1]);
        }
    }

    @Test
    void weightsOfAnotherKindAreNoBeginning() {
        Hyperparameters other = Hyperparameters.SPARSE.with(Map.of("activation", "relu"));
        assertThatThrownBy(() -> file.model().bareLearner(other, new PortableProduct()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "model a model has the activation sigmoid, the output sigmoid and the scale none: what begins with its weights"
                                + " has the same");
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

    @ParameterizedTest
    @EnumSource
    void keepsWhatARecordIsAndWhichErrorsAreUsual(ModelFormat format) throws IOException {
        InputFormat json = new InputFormat(
                InputFormat.Kind.JSON,
                List.of("pressure", "flow"),
                new InputFormat.Label.InField("state"),
                InputFormat.Missing.REFUSED);
        Hyperparameters vectors = Hyperparameters.VECTORS;
        Learner learner = ScaledLearner.of(new Autoencoder(Architecture.of(2, 1, 2), vectors, new PortableProduct()));
        Random random = new Random(7);
        MiniBatch batch = learner.newBatch();
        for (int i = 0; i < 400; i++) {
            batch.add(new float[] {(float) random.nextGaussian(), (float) random.nextGaussian()}, 0, "");
            if (batch.isFull()) {
                learner.train(batch);
                batch.clear();
            }
        }
        Map<String, byte[]> records = new HashMap<>();
        Checkpoint.publish(
                Checkpoint.Snapshot.of("pumps", learner, Manifest.Steering.none(vectors))
                        .with(json),
                records::put);
        Manifest manifest = Json.read(records.get(Checkpoint.MANIFEST), Manifest.class);
        PublishedModel published = new PublishedModel(
                manifest, learner.state().parameters(), learner.state().errors());
        Path path = directory.resolve("pumps." + format);
        new ModelFile(published, LICENSE).write(path, format);

        PublishedModel back = ModelFile.read(path).model();

        assertThat(back.manifest().inputFormat()).isEqualTo(json);
        assertThat(back.errors()).containsOnlyKeys("errors.moments", "errors.bins");
        for (float third : new float[] {0.1f, 4}) {
            batch.clear();
            batch.add(new float[] {0.2f, third}, 0, "");
            ForwardPass expected = learner.reconstruct(batch);
            double deviation = expected.anomalies().deviation()[0];
            double rank = expected.anomalies().rank()[0];
            ForwardPass found = back.learner(new PortableProduct()).reconstruct(batch);
            assertThat(found.anomalies().deviation()[0]).isEqualTo(deviation).isNotNaN();
            assertThat(found.anomalies().rank()[0]).isEqualTo(rank).isBetween(0.0, 1.0);
        }
        assertThat(back.bareLearner(vectors, new PortableProduct()).state().errors())
                .as("what begins with its weights has seen nothing")
                .isEmpty();
    }

    @Test
    void onnxRuntimeFindsWhatTheLearnerFinds() throws Exception {
        Path path = directory.resolve("model.onnx");
        file.write(path, ModelFormat.ONNX);
        Learner learner = file.model().learner(new PortableProduct());
        ForwardPass expected = learner.reconstruct(LearnedModel.batch(learner, digits, 100));

        try (OrtEnvironment environment = OrtEnvironment.getEnvironment();
                OrtSession session = environment.createSession(path.toString());
                OnnxTensor images = OnnxTensor.createTensor(
                        environment,
                        FloatBuffer.wrap(
                                LearnedModel.batch(learner, digits, 100).images()),
                        new long[] {60, 784});
                OrtSession.Result found = session.run(Map.of("images", images))) {
            assertClose(found, "reconstruction", expected.reconstructions());
            assertClose(found, "code", expected.activations()[1]);
            assertThat(session.getMetadata().getCustomMetadata())
                    .containsEntry("license", LICENSE)
                    .containsEntry("step", "10")
                    .containsEntry("next_offset", "612");
        }
    }

    /**
     * Records in units of their own, as the learner takes them and gives them back: one input that has had no other value but one, which
     * is far off with any other; one that is missing; values far beyond all that came before.
     */
    @ParameterizedTest
    @CsvSource({
        "standard, sigmoid, linear, 60",
        "minmax, sigmoid, sigmoid, 60",
        "standard, topk:2, linear, 60",
        "minmax, jumprelu, linear, 10",
        "standard, relu, linear, 10",
    })
    void onnxRuntimeScalesAsTheLearnerDoes(String scale, String activation, String output, int steps) throws Exception {
        Hyperparameters chosen =
                Hyperparameters.VECTORS.with(Map.of("scale", scale, "activation", activation, "output", output));
        Learner learner = ScaledLearner.of(new Autoencoder(Architecture.of(4, 3, 4), chosen, new PortableProduct()));
        Random random = new Random(11);
        MiniBatch batch = learner.newBatch();
        for (int step = 0; step < steps; step++) {
            batch.clear();
            while (!batch.isFull()) {
                batch.add(record(random), 0, "");
            }
            learner.train(batch);
        }
        batch.images()[0] = Float.NaN;
        batch.images()[5] = 1e6f;
        batch.images()[9] = -1e6f;
        batch.images()[15] = 7.5f;
        ModelFile written = ModelFile.of("pumps", learner, LICENSE);
        Path path = directory.resolve("pumps.onnx");
        written.write(path, ModelFormat.ONNX);
        ForwardPass expected = written.model().inference(new PortableProduct()).reconstruct(batch);

        try (OrtEnvironment environment = OrtEnvironment.getEnvironment();
                OrtSession session = environment.createSession(path.toString());
                OnnxTensor images = OnnxTensor.createTensor(
                        environment, FloatBuffer.wrap(batch.images()), new long[] {batch.size(), 4});
                OrtSession.Result found = session.run(Map.of("images", images))) {
            assertClose(found, "reconstruction", expected.reconstructions());
            assertClose(found, "code", expected.activations()[0]);
        }
        assertThat(expected.reconstructions()[1]).as("in its own unit").isBetween(5f, 15f);
        assertThat(expected.reconstructions()[3])
                .as("of which nothing else is known")
                .isCloseTo(7, within(1e-3f));
        assertThat(ModelFile.read(path).model().parameters().get("x_factor"))
                .isEqualTo(learner.state().parameter("x_factor"));
    }

    /** Files of versions that did not count what the first records lack. */
    @Test
    void aStateWithoutTheCountOfWhatIsMissingGoesOn() throws IOException {
        Learner learner = ScaledLearner.of(
                new Autoencoder(Architecture.of(4, 3, 4), Hyperparameters.VECTORS, new PortableProduct()));
        Random random = new Random(12);
        MiniBatch batch = learner.newBatch();
        while (!batch.isFull()) {
            batch.add(record(random), 0, "");
        }
        learner.train(batch);
        learner.train(batch);
        ModelFile now = ModelFile.of("pumps", learner, LICENSE);
        String text = LearnerState.of(learner).text();
        String earlier = text.replace(",\"inputs.missing\":[0.0,0.0,0.0,0.0]", "");
        assertThat(earlier).isNotEqualTo(text);
        Map<String, float[]> arrays = learner.state().values();
        Learner back = now.model().learner(new PortableProduct());
        LearnerState.of(earlier, learner.state().tensors(), arrays).copyInto(back, 2, 16);
        learner.train(batch);
        back.train(batch);
        arrays.forEach((name, values) ->
                assertThat(back.state().values().get(name)).as(name).isEqualTo(values));
    }

    private static float[] record(Random random) {
        return new float[] {
            (float) random.nextGaussian(), (float) (10 + random.nextGaussian()), 0.1f * random.nextFloat(), 7
        };
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
        Optional<String> python = Python.withNumpy();
        assumeThat(python)
                .as("python3 with NumPy (Debian: apt-get install python3-numpy) is not installed")
                .isPresent();
        Learner learner = file.model().learner(new PortableProduct());
        ForwardPass expected = learner.reconstruct(LearnedModel.batch(learner, digits, 100));
        for (ModelFormat format : List.of(ModelFormat.NPZ, ModelFormat.SAFETENSORS)) {
            Path path = directory.resolve("model." + format);
            file.write(path, format);
            Path images = directory.resolve("images.raw");
            try (var out = Files.newOutputStream(images)) {
                for (int i = 0; i < 60; i++) {
                    out.write(digits.get(6000 + i));
                }
            }

            String[] lines = Python.run(
                            python.get(), "src/test/python/reconstruct.py", path.toString(), images.toString())
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

    /** The arrays as bytes, which most other tools write, and an initializer that is none of a layer's. */
    @Test
    void onnxIsReadAsOtherToolsWriteIt() throws IOException {
        Path path = write(directory.resolve("model.onnx"), ModelFormat.ONNX);
        ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(path)).toBuilder();
        for (TensorProto.Builder tensor : model.getGraphBuilder().getInitializerBuilderList()) {
            ByteBuffer bytes = ByteBuffer.allocate(tensor.getFloatDataCount() * Float.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN);
            tensor.getFloatDataList().forEach(bytes::putFloat);
            tensor.clearFloatData().setRawData(ByteString.copyFrom(bytes.array()));
        }
        model.getGraphBuilder()
                .addInitializer(TensorProto.newBuilder()
                        .setName("shape")
                        .setDataType(TensorProto.DataType.INT64_VALUE)
                        .addInt64Data(60));
        Files.write(path, model.build().toByteArray());

        assertIsTheSame(ModelFile.read(path));
    }

    /** An array of whole numbers with a header of version 2, and a file that is no array. */
    @Test
    void npzMayHoldMore() throws IOException {
        Path path = write(directory.resolve("model.npz"), ModelFormat.NPZ);
        Path more = directory.resolve("more.npz");
        String header = "{'descr': '<i8', 'fortran_order': False, 'shape': (1,), }\n";
        ByteBuffer array = ByteBuffer.allocate(12 + header.length() + 8).order(ByteOrder.LITTLE_ENDIAN);
        array.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0})
                .putInt(header.length())
                .put(header.getBytes(StandardCharsets.US_ASCII))
                .putLong(7);
        try (ZipFile zip = new ZipFile(path.toFile());
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(more))) {
            out.putNextEntry(new ZipEntry("README.txt"));
            out.write("hello".getBytes(StandardCharsets.US_ASCII));
            out.putNextEntry(new ZipEntry("steps.npy"));
            out.write(array.array());
            for (ZipEntry entry : Collections.list(zip.entries())) {
                out.putNextEntry(new ZipEntry(entry.getName()));
                zip.getInputStream(entry).transferTo(out);
            }
        }

        assertIsTheSame(ModelFile.read(more));
    }

    @Test
    void safetensorsMayHoldMore() throws IOException {
        Path path = write(directory.resolve("model.safetensors"), ModelFormat.SAFETENSORS);
        ByteBuffer whole = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
        int length = (int) whole.getLong();
        ObjectNode header = (ObjectNode) new ObjectMapper().readTree(whole.array(), Long.BYTES, length);
        int data = whole.capacity() - Long.BYTES - length;
        ObjectNode steps = header.putObject("steps").put("dtype", "I64");
        steps.putArray("shape");
        steps.putArray("data_offsets").add(data).add(data + Long.BYTES);
        byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer more = ByteBuffer.allocate(Long.BYTES + json.length + data + Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .put(whole.array(), Long.BYTES + length, data)
                .putLong(7);
        Files.write(path, more.array());

        assertIsTheSame(ModelFile.read(path));
    }

    private static void assertIsTheSame(ModelFile back) {
        assertThat(back.model().manifest()).isEqualTo(file.model().manifest());
        file.model()
                .parameters()
                .forEach((name, values) ->
                        assertThat(back.model().parameters().get(name)).as(name).isEqualTo(values));
    }

    @Test
    void aFileThatDoesNotFitIntoMemoryIsRefusedInALine() throws IOException {
        Path path = directory.resolve("model.safetensors");
        try (RandomAccessFile large = new RandomAccessFile(path.toFile(), "rw")) {
            large.setLength(3L << 30);
        }
        assertThatThrownBy(() -> ModelFile.read(path))
                .isExactlyInstanceOf(IOException.class)
                .hasMessageStartingWith(path + ": a file of 3,221,225,472 bytes does not fit into memory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model", "architecture", "hyperparameters", "tensors"})
    void aManifestThatLacksSomethingIsRefusedInALine(String lacking) throws IOException {
        Path path = write(directory.resolve("model.onnx"), ModelFormat.ONNX);
        rewriteManifest(path, manifest -> manifest.remove(lacking));
        assertThatThrownBy(() -> ModelFile.read(path))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage(path + ": not a model in the format onnx: not the JSON of a Manifest: the manifest has no "
                        + lacking);
    }

    @Test
    void aManifestOfNothingIsRefusedInALine() throws IOException {
        Path path = write(directory.resolve("model.onnx"), ModelFormat.ONNX);
        rewriteManifest(path, ObjectNode::removeAll);
        assertThatThrownBy(() -> ModelFile.read(path))
                .isExactlyInstanceOf(IOException.class)
                .hasMessageEndingWith("the manifest has no model");
    }

    private static void rewriteManifest(Path path, Consumer<ObjectNode> change) throws IOException {
        ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(path)).toBuilder();
        for (StringStringEntryProto.Builder entry : model.getMetadataPropsBuilderList()) {
            if (entry.getKey().equals("manifest")) {
                ObjectNode manifest = (ObjectNode) new ObjectMapper().readTree(entry.getValue());
                change.accept(manifest);
                entry.setValue(manifest.toString());
            }
        }
        Files.write(path, model.build().toByteArray());
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
