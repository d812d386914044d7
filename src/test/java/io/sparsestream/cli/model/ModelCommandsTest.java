package io.sparsestream.cli.model;

import static io.sparsestream.cli.CliIT.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparsestream.cli.CliIT.Outcome;
import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.message.Json;
import io.sparsestream.model.LearnedModel;
import io.sparsestream.model.ModelFormat;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on model files, which need no Kafka. */
class ModelCommandsTest {
    private static final Path MNIST = Path.of("data/mnist");

    @TempDir
    private static Path directory;

    private static Path dictionary;
    private static Path sigmoid;

    @BeforeAll
    static void learn() throws IOException {
        List<byte[]> images = Dataset.read(MNIST, Split.TEST).images();
        Map<String, String> topK = Map.of("activation", "topk:5", "output", "linear", "learning-rate", "0.002");
        dictionary = directory.resolve("dictionary.npz");
        LearnedModel.of(Architecture.of(784, 20, 784), Hyperparameters.PLAIN.with(topK), images, "CC0")
                .write(dictionary, ModelFormat.NPZ);
        sigmoid = directory.resolve("sigmoid.npz");
        LearnedModel.of(Architecture.of(784, 20, 784), Hyperparameters.PLAIN, images, "CC0")
                .write(sigmoid, ModelFormat.NPZ);
        write(directory.resolve("small"), 500, 100);
        write(directory.resolve("tiny"), 9, 9);
        write(directory.resolve("unlabelled"), 20, 20);
        Files.delete(directory.resolve("unlabelled/t10k-labels-idx1-ubyte"));
    }

    /** The first images of MNIST. */
    private static void write(Path to, int training, int test) throws IOException {
        Files.createDirectories(to);
        write(to.resolve("train"), Dataset.read(MNIST, Split.TRAIN), training);
        write(to.resolve("t10k"), Dataset.read(MNIST, Split.TEST), test);
    }

    private static void write(Path prefix, Dataset dataset, int images) throws IOException {
        try (DataOutputStream out =
                new DataOutputStream(Files.newOutputStream(Path.of(prefix + "-images-idx3-ubyte")))) {
            for (int each : new int[] {0x803, images, 28, 28}) {
                out.writeInt(each);
            }
            for (byte[] image : dataset.images().subList(0, images)) {
                out.write(image);
            }
        }
        try (DataOutputStream out =
                new DataOutputStream(Files.newOutputStream(Path.of(prefix + "-labels-idx1-ubyte")))) {
            out.writeInt(0x801);
            out.writeInt(images);
            out.write(dataset.labels(), 0, images);
        }
    }

    private static String data(String name) {
        return directory.resolve(name).toString();
    }

    @Test
    void probePrintsARowForEachLayerAndWritesJson() throws IOException {
        Path json = directory.resolve("probe.json");

        Outcome outcome =
                run("probe", "--model-file", dictionary.toString(), "--data", data("small"), "--out", json.toString());

        assertThat(outcome.code()).as(outcome.err()).isZero();
        List<String> lines = outcome.out().lines().toList();
        assertThat(lines.get(0)).matches("layer +units +probe error +1 unit +2 units +5 units");
        assertThat(lines.get(1)).matches("pixels +784( +\\d+\\.\\d\\d %){4}");
        assertThat(lines.get(2)).matches("h_e_1 +20( +\\d+\\.\\d\\d %){4}");
        assertThat(lines.get(3))
                .isEqualTo(
                        "model a model at step 10; learned from 500 images of small/train, error on 100 of small/test");
        assertThat(lines.get(4)).isEqualTo("written to " + json);
        JsonNode layer = Json.tree(Files.readAllBytes(json)).at("/layers/h_e_1");
        assertThat(layer.at("/units").asInt()).isEqualTo(20);
        assertThat(layer.at("/probeError").asDouble()).isBetween(0.05, 0.7);
        assertThat(layer.at("/probeErrorOfBest").size()).isEqualTo(3);
        assertThat(layer.at("/bestUnits").size()).isEqualTo(5);
    }

    @Test
    void probeNeedsLabelsAndTenImages() {
        assertFailure(
                run("probe", "--model-file", dictionary.toString(), "--data", data("unlabelled")),
                "the images of unlabelled/test have no labels, which a probe is to find: give other --data");
        assertFailure(
                run("probe", "--model-file", dictionary.toString(), "--data", data("tiny")),
                "tiny/train has 9 images, and a probe needs 10: give other --data");
    }

    @Test
    void dictionariesAreExportedToDirectories() {
        for (String format : List.of("saelens", "sparsify")) {
            Path out = directory.resolve("for-" + format);

            Outcome outcome =
                    run("export", "--model-file", dictionary.toString(), "--format", format, "--out", out.toString());

            assertThat(outcome.code()).as(outcome.err()).isZero();
            assertThat(outcome.out())
                    .isEqualTo(String.format("model a model at step 10, layers 784-20-784, written to %s%n", out));
            assertThat(out.resolve("cfg.json")).isRegularFile();
        }
        assertFailure(
                run(
                        "export",
                        "--model-file",
                        sigmoid.toString(),
                        "--format",
                        "saelens",
                        "--out",
                        directory.resolve("refused").toString()),
                "is no dictionary, which saelens needs: train one with three layers");
        assertThat(directory.resolve("refused")).doesNotExist();
    }

    private static void assertFailure(Outcome outcome, String message) {
        assertThat(outcome.err()).startsWith("sparsestream: ").contains(message);
        assertThat(outcome.err().strip().lines()).hasSize(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.code()).isEqualTo(1);
    }
}
