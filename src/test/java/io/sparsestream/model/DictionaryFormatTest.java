package io.sparsestream.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.support.Python;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dictionaries in the hands of a reader that was written after the formats' layouts. */
class DictionaryFormatTest {
    private static final int FIRST = 100; // batch that is reconstructed

    @TempDir
    private Path directory;

    private static List<byte[]> digits;

    @BeforeAll
    static void read() throws IOException {
        digits = Dataset.read(Path.of("data/mnist"), Split.TEST).images();
    }

    private static ModelFile learned(Architecture architecture, String activation, String output) {
        return LearnedModel.of(
                architecture,
                Hyperparameters.PLAIN.with(
                        Map.of("activation", activation, "output", output, "learning-rate", "0.002")),
                digits,
                "CC0");
    }

    @ParameterizedTest
    @CsvSource({
        "SAELENS, topk:5, topk",
        "SAELENS, batchtopk:5, jumprelu",
        "SAELENS, jumprelu, jumprelu",
        "SAELENS, relu, standard",
        "SPARSIFY, topk:5, topk"
    })
    void numpyReconstructsAsTheLearnerDoes(DictionaryFormat format, String activation, String kind) throws Exception {
        Optional<String> python = Python.withNumpy();
        assumeThat(python)
                .as("python3 with NumPy (Debian: apt-get install python3-numpy) is not installed")
                .isPresent();
        ModelFile file = learned(Architecture.of(784, 40, 784), activation, "linear");
        assertThat(file.model().parameters().get("b_d_1")).isNotEqualTo(new float[784]); // of which the input is less
        Path target = directory.resolve("runs/" + format);
        Path images = directory.resolve("images.raw");
        try (var out = Files.newOutputStream(images)) {
            for (int i = 0; i < 60; i++) {
                out.write(digits.get(FIRST * 60 + i));
            }
        }

        double[] densities = new double[40];
        densities[1] = 0.25;
        format.write(file, target, Optional.of(densities));

        assertThat(Files.readString(target.resolve("cfg.json"))).contains('"' + kind + '"');
        byte[] found = HexFormat.of()
                .parseHex(
                        Python.run(python.get(), "src/test/python/dictionary.py", target.toString(), images.toString())
                                .strip());
        float[] reconstructions = new float[found.length / Float.BYTES];
        ByteBuffer.wrap(found).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(reconstructions);
        Learner learner = file.model().learner(new PortableProduct());
        float[] expected =
                learner.reconstruct(LearnedModel.batch(learner, digits, FIRST)).reconstructions();
        assertThat(reconstructions).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) { // one by one: of so many a list of differences takes minutes
            assertThat(reconstructions[i]).as("value " + i).isCloseTo(expected[i], within(1e-5f));
        }
        assertThat(target).isDirectoryNotContaining("glob:**.part");
        assertThat(Files.exists(target.resolve("sparsity.safetensors"))).isEqualTo(format == DictionaryFormat.SAELENS);
    }

    /** A sum that is equal to batchtopk's threshold is kept; jumprelu's has to be above. */
    @Test
    void theThresholdOfBatchTopKIsTheNextLower() throws IOException {
        ModelFile file = learned(Architecture.of(784, 40, 784), "batchtopk:5", "linear");
        float threshold = file.model().parameters().get("theta_e_1")[0];

        DictionaryFormat.SAELENS.write(file, directory, Optional.empty());

        float[] written = Safetensors.decode(Files.readAllBytes(directory.resolve("sae_weights.safetensors")))
                .tensors()
                .get("threshold");
        assertThat(threshold).isPositive();
        assertThat(written).hasSize(40).containsOnly(Math.nextDown(threshold));
    }

    /** log10(density + 1e-10), as SAELens has it; what an earlier export has left is not taken for this model's. */
    @Test
    void densitiesStandBesideTheWeightsIfTheyAreKnown() throws IOException {
        ModelFile file = learned(Architecture.of(784, 3, 784), "topk:2", "linear");
        Path written = directory.resolve("sparsity.safetensors");

        DictionaryFormat.SAELENS.write(file, directory, Optional.of(new double[] {0, 1, 0.01}));

        assertThat(Safetensors.decode(Files.readAllBytes(written)).tensors()).containsOnlyKeys("sparsity");
        assertThat(Safetensors.decode(Files.readAllBytes(written)).tensors().get("sparsity"))
                .containsExactly(new float[] {-10, 0, -2}, within(1e-6f));
        DictionaryFormat.SAELENS.write(file, directory, Optional.empty());
        assertThat(written).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SAELENS  | 784-9-784     | sigmoid     | linear  | the activation sigmoid and the output linear is no dictionary",
                "SAELENS  | 784-9-784     | topk:3      | sigmoid | the activation topk:3 and the output sigmoid is no dictionary",
                "SPARSIFY | 784-9-4-9-784 | topk:3      | linear  | the layers 784-9-4-9-784, the activation topk:3",
                "SPARSIFY | 784-9-784     | batchtopk:3 | linear  | sparsify only topk: export it as saelens"
            })
    void othersAreRefusedInOneLine(
            DictionaryFormat format, String layers, String activation, String output, String message) {
        Architecture architecture = new Architecture(
                java.util.Arrays.stream(layers.split("-")).map(Integer::valueOf).toList());
        ModelFile file = learned(architecture, activation, output);

        assertThatThrownBy(() -> format.write(file, directory.resolve("out"), Optional.empty()))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("model a model ")
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
        assertThat(directory.resolve("out")).doesNotExist();
    }

    /** Neither format has a place for the scale of the inputs. */
    @ParameterizedTest
    @CsvSource({"SAELENS, standard", "SPARSIFY, standard", "SAELENS, minmax"})
    void aModelThatScalesItsInputsIsRefusedInOneLine(DictionaryFormat format, String scale) {
        ModelFile file = LearnedModel.of(
                Architecture.of(784, 9, 784),
                Hyperparameters.PLAIN.with(Map.of("activation", "topk:3", "output", "linear", "scale", scale)),
                digits,
                "CC0");

        assertThatThrownBy(() -> format.write(file, directory.resolve("out"), Optional.empty()))
                .isInstanceOf(ModelException.class)
                .hasMessage("model a model scales its inputs (" + scale + "), which " + format
                        + " cannot do: export it as onnx, whose graph scales them, or train one with --scale none");
        assertThat(directory.resolve("out")).doesNotExist();
    }

    @Test
    void aFileIsNoDirectory() throws IOException {
        ModelFile file = learned(Architecture.of(784, 9, 784), "topk:3", "linear");
        Path taken = Files.writeString(directory.resolve("taken"), "text");

        assertThatThrownBy(() -> DictionaryFormat.SAELENS.write(file, taken, Optional.empty()))
                .isInstanceOf(IOException.class)
                .hasMessage(taken + " is a file: saelens needs a directory");
        assertThat(taken).hasContent("text");
    }
}
