package io.sparsestream.cli.model;

import static io.sparsestream.cli.CliIT.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparsestream.cli.CliIT.Outcome;
import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.message.Json;
import io.sparsestream.model.LearnedModel;
import io.sparsestream.model.ModelFormat;
import io.sparsestream.support.FirstImages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on model files, which need no Kafka. */
class ModelCommandsTest {
    @TempDir
    private static Path directory;

    private static Path dictionary;
    private static Path sigmoid;
    private static Path jumprelu;

    @BeforeAll
    static void learn() throws IOException {
        List<byte[]> images = Dataset.read(FirstImages.MNIST, Split.TEST).images();
        Map<String, String> topK = Map.of("activation", "topk:5", "output", "linear", "learning-rate", "0.002");
        dictionary = directory.resolve("dictionary.npz");
        LearnedModel.of(Architecture.of(784, 20, 784), Hyperparameters.PLAIN.with(topK), images, "CC0")
                .write(dictionary, ModelFormat.NPZ);
        sigmoid = directory.resolve("sigmoid.npz");
        LearnedModel.of(Architecture.of(784, 20, 784), Hyperparameters.PLAIN, images, "CC0")
                .write(sigmoid, ModelFormat.NPZ);
        jumprelu = directory.resolve("jumprelu.npz");
        LearnedModel.of(
                        Architecture.of(784, 20, 784),
                        Hyperparameters.PLAIN.with(Map.of("activation", "jumprelu", "lambda", "0.001")),
                        images,
                        "CC0")
                .write(jumprelu, ModelFormat.NPZ);
        FirstImages.write(directory.resolve("small"), 500, 100);
        FirstImages.write(directory.resolve("tiny"), 9, 9);
        FirstImages.write(directory.resolve("unlabelled"), 20, 20);
        Files.delete(directory.resolve("unlabelled/t10k-labels-idx1-ubyte"));
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

    /** Of sigmoid units, whose count costs nothing, the loss has three terms as ever. */
    @Test
    void theLossThatIsPrintedIsTheSumOfItsTerms() throws IOException {
        String picture = "--picture=" + directory.resolve("evaluated.png");
        String text = run("evaluate", "--model-file", sigmoid.toString(), "--data", data("small"), picture)
                .out();
        assertThat(text).containsPattern(": loss \\S+ = mse \\S+ \\+ l2 \\S+ \\+ kl [0-9.]+; pictures in ");
        assertThat(run("evaluate", "--json", "--model-file", sigmoid.toString(), "--data", data("small"), picture)
                        .out())
                .doesNotContain("l0");

        String[] counted = {"evaluate", "--model-file", jumprelu.toString(), "--data", data("small"), picture};
        Matcher terms = Pattern.compile("loss (\\S+) = mse (\\S+) \\+ l2 (\\S+) \\+ kl (\\S+) \\+ l0 ([0-9.]+);")
                .matcher(run(counted).out());
        assertThat(terms.find()).isTrue();
        double sum = IntStream.rangeClosed(2, 5)
                .mapToDouble(group -> Double.parseDouble(terms.group(group)))
                .sum();
        assertThat(Double.parseDouble(terms.group(1))).isCloseTo(sum, within(3e-6));
        assertThat(Double.parseDouble(terms.group(5))).isGreaterThan(0.001);
        JsonNode json = Json.tree(
                run(Stream.concat(Stream.of(counted), Stream.of("--json")).toArray(String[]::new))
                        .out()
                        .getBytes(StandardCharsets.UTF_8));
        assertThat(json.at("/loss").asDouble())
                .isCloseTo(
                        Stream.of("mse", "l2", "kl", "l0")
                                .mapToDouble(term -> json.get(term).asDouble())
                                .sum(),
                        within(1e-12));
    }

    @Test
    void probeNamesADirectoryThatLooksLikeAFormat() throws IOException {
        FirstImages.write(directory.resolve("100%-new"), 20, 10);

        Outcome outcome = run("probe", "--model-file", dictionary.toString(), "--data", data("100%-new"));

        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).endsWith("learned from 20 images of 100%-new/train, error on 10 of 100%-new/test\n");
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
    void compareProbesEachLayerIfTold() throws IOException {
        Path out = directory.resolve("compared");
        String[] compare = {"compare", "--models=" + dictionary, "--data", data("small"), "--out=" + out};
        assertThat(run(compare).out()).doesNotContain("probe error");
        assertThat(Json.tree(Files.readAllBytes(out.resolve("compare.json")))
                        .at("/models/0/test/layers/h_e_1")
                        .has("probeError"))
                .isFalse();

        Outcome outcome =
                run(Stream.concat(Stream.of(compare), Stream.of("--probe")).toArray(String[]::new));

        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).containsPattern("(?m)class selectivity +probe error$");
        double error = Json.tree(Files.readAllBytes(out.resolve("compare.json")))
                .at("/models/0/test/layers/h_e_1/probeError")
                .asDouble();
        assertThat(outcome.out()).containsPattern(String.format(Locale.ROOT, "(?m)%.2f %%$", 100 * error));
        Path probed = directory.resolve("probed.json");
        run("probe", "--model-file", dictionary.toString(), "--data", data("small"), "--out", probed.toString());
        assertThat(error)
                .isEqualTo(Json.tree(Files.readAllBytes(probed))
                        .at("/layers/h_e_1/probeError")
                        .asDouble());
        assertFailure(
                run("compare", "--models=" + dictionary, "--data", data("tiny"), "--probe"),
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

    /** Before Kafka is asked for anything. */
    @Test
    void aFileOfAnotherKindIsNoBeginning() {
        String[] train = {
            "train", "--bootstrap-servers=127.0.0.1:1", "--preset=plain", "--layers=784-20-784", "--from-file="
        };
        assertFailure(
                run(from(train, dictionary)),
                dictionary
                        + " has the activation topk:5, output linear and scale none, not the activation sigmoid, output"
                        + " sigmoid and scale none: give them by --activation, --output and --scale");
        assertFailure(
                run(from(train, sigmoid, "--activation=jumprelu")),
                sigmoid + " has the activation sigmoid, output sigmoid and scale none, not the activation jumprelu,"
                        + " output sigmoid and scale none: give them by --activation, --output and --scale");
        assertFailure(
                run(from(train, dictionary, "--activation=topk:6", "--output=linear")),
                "not the activation topk:6, output linear");
    }

    private static String[] from(String[] train, Path file, String... options) {
        List<String> arguments = new ArrayList<>(List.of(train));
        arguments.add(arguments.remove(arguments.size() - 1) + file);
        arguments.addAll(List.of(options));
        return arguments.toArray(String[]::new);
    }

    private static void assertFailure(Outcome outcome, String message) {
        assertThat(outcome.err()).startsWith("sparsestream: ").contains(message);
        assertThat(outcome.err().strip().lines()).hasSize(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.code()).isEqualTo(1);
    }
}
