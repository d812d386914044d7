package io.sparsestream.cli;

import static io.sparsestream.cli.CliIT.assertFailure;
import static io.sparsestream.cli.CliIT.assertOneLine;
import static io.sparsestream.cli.CliIT.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparsestream.broker.EmbeddedBroker;
import io.sparsestream.cli.CliIT.Outcome;
import io.sparsestream.cli.option.ModelChoice;
import io.sparsestream.model.ModelFile;
import io.sparsestream.support.FirstImages;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole way of the data: two runs of the demo on one directory, and what other commands make of what they left. */
class DemoIT {
    @TempDir
    static Path directory;

    private static JsonNode first;
    private static JsonNode second;

    @BeforeAll
    static void runTwice() throws IOException {
        Path mine = directory.resolve("mine.properties");
        Files.writeString(mine, "preset=sharp\nschedule-steps=150\nbatch=90\n");
        Outcome outcome = demo(150, "sparse,plain," + mine);
        assertThat(outcome.out()).contains("reference").contains("this model");
        first = summary();
        demo(210, "sparse,plain");
        second = summary();
    }

    private static Outcome demo(int steps, String models) {
        Outcome outcome = run(
                "demo",
                "--steps=" + steps,
                "--models=" + models,
                "--port=0",
                "--dir=" + directory.resolve("run"),
                "--summary=" + directory.resolve("summary.json"));
        assertThat(outcome.code()).as(outcome.err()).isZero();
        return outcome;
    }

    private static JsonNode summary() throws IOException {
        return new ObjectMapper()
                .readTree(directory.resolve("summary.json").toFile())
                .get("models");
    }

    @Test
    void theSummaryHasEveryModel() {
        for (String model : List.of("sparse", "plain")) {
            JsonNode result = first.get(model);
            assertThat(result.get("steps").asLong()).isEqualTo(150);
            assertThat(result.get("images").asLong()).isEqualTo(9000);
            assertThat(result.get("reconstructions").asLong()).isEqualTo(9000);
            assertThat(result.get("deadLetters").asLong()).isZero();
            assertThat(result.at("/history/1/step").asLong()).isEqualTo(100);
            assertThat(result.at("/test/loss").asDouble()).isBetween(0.03, 0.09);
            assertThat(result.at("/test/meanActivation/h_e_1").asDouble()).isBetween(0.0, 1.0);
            JsonNode code = result.at("/test/layers/h_e_2");
            assertThat(code.get("units").asInt()).isEqualTo(30);
            assertThat(code.get("l0").asDouble()).isBetween(1.0, 30.0);
            assertThat(code.get("mean").asDouble())
                    .isCloseTo(result.at("/test/meanActivation/h_e_2").asDouble(), within(1e-6));
            assertThat(List.copyOf(code.properties()).stream().map(Map.Entry::getKey))
                    .containsExactly(
                            "mean",
                            "l0",
                            "units",
                            "dead",
                            "lifetimeSparseness",
                            "populationSparseness",
                            "classSelectivity");
        }
        assertThat(first.at("/mine/steps").asLong()).as("of a batch of its own").isEqualTo(100);
        assertThat(first.at("/mine/reconstructions").asLong()).isEqualTo(9000);
    }

    @Test
    void aSecondRunGoesOn() {
        assertThat(second.at("/sparse/steps").asLong()).isEqualTo(210);
        assertThat(second.at("/sparse/reconstructions").asLong())
                .as("of this run")
                .isEqualTo(3600);
    }

    @ParameterizedTest
    @ValueSource(ints = {210, 100})
    void aRunWithoutMoreStepsShowsAtOnceWhatIsDone(int steps) throws IOException {
        Outcome outcome = demo(steps, "sparse,plain");
        assertThat(outcome.err()).contains("sparse has made 210 steps in").contains(": nothing is left to do");
        JsonNode again = summary().get("sparse");
        assertThat(again.get("steps").asLong()).isEqualTo(210);
        assertThat(again.get("images").asLong()).isEqualTo(12_600);
        assertThat(again.get("reconstructions").asLong()).isZero();
        assertThat(again.at("/history").findValuesAsText("step"))
                .as("of all runs")
                .containsExactly("0", "100", "200");
    }

    @Test
    void aModelThatIsNewLearnsFromTheImagesThatAreThere() throws IOException {
        demo(210, "sparse,sharp");
        assertThat(summary().at("/sharp/steps").asLong()).isEqualTo(210);
    }

    @Test
    void probesEachLayerIfTold() throws IOException {
        FirstImages.write(directory.resolve("few"), 500, 100);
        Outcome outcome = run(
                "demo",
                "--steps=20",
                "--models=selective",
                "--probe",
                "--port=0",
                "--data=" + directory.resolve("few"),
                "--summary=" + directory.resolve("probed.json"));
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.err()).contains("probing the layers of selective ...");
        assertThat(outcome.out())
                .containsPattern("(?m)^model .* class selectivity +probe error$")
                .containsPattern("(?m)^selective .* of 300 .* %$")
                .containsPattern("(?m)^selective .* of 30 .* %$");
        JsonNode layers = new ObjectMapper()
                .readTree(directory.resolve("probed.json").toFile())
                .at("/models/selective/test/layers");
        assertThat(layers.at("/h_e_1/probeError").asDouble()).isBetween(0.05, 0.6);
        assertThat(layers.at("/h_e_2/probeError").asDouble()).isBetween(0.05, 0.9);
    }

    /** As a second process finds it: on the broker's disk. */
    @Nested
    class Left {
        private static EmbeddedBroker broker;
        private static String servers;
        private static JsonNode evaluated;

        @BeforeAll
        static void evaluate() throws IOException {
            broker = EmbeddedBroker.start(directory.resolve("run").resolve("broker"), 0);
            servers = "--bootstrap-servers=" + broker.bootstrapServers();
            evaluated = evaluated(servers);
        }

        @AfterAll
        static void stopBroker() throws IOException {
            broker.close();
        }

        private static JsonNode evaluated(String... source) throws IOException {
            Outcome outcome = run(Stream.concat(
                            Stream.of("evaluate", "--json", "--picture=" + directory.resolve("digits.png")),
                            Stream.of(source))
                    .toArray(String[]::new));
            assertThat(outcome.code()).as(outcome.err()).isZero();
            return new ObjectMapper().readTree(outcome.out());
        }

        private static Path exported(String name) {
            Path file = directory.resolve(name);
            Outcome outcome = run("export", servers, "--out=" + file);
            assertThat(outcome.out())
                    .as(outcome.err())
                    .isEqualTo("model sparse at step 210, layers 784-300-30-300-784, written to " + file + "\n");
            return file;
        }

        private static void assertSame(JsonNode found, String... fields) {
            for (String field : fields) {
                assertThat(found.get(field)).as(field).isEqualTo(evaluated.get(field));
            }
        }

        @Test
        void isEvaluated() throws IOException {
            assertThat(evaluated.get("step").asLong()).isEqualTo(210);
            assertThat(evaluated.get("images").asLong()).isEqualTo(10_000);
            assertThat(evaluated.get("loss").asDouble())
                    .isEqualTo(evaluated.get("mse").asDouble()
                            + evaluated.get("l2").asDouble()
                            + evaluated.get("kl").asDouble());
            BufferedImage image = ImageIO.read(directory.resolve("digits.png").toFile());
            assertThat(image.getWidth()).as("ten digits").isBetween(10 * 28 * 5, 1680);
            assertThat(image.getHeight()).as("and what the model makes of them").isBetween(2 * 28 * 5, 4 * 28 * 5);
        }

        @Test
        void isNotFoundUnderAnotherName() {
            assertFailure(run("evaluate", servers, "--model=nobody"), "no model 'nobody' has been published there");
            assertFailure(
                    run("compare", servers, "--models=plain,nobody"), "no model 'nobody' has been published there");
        }

        @Test
        void isProposedForANameThatIsLikeItsOwn() {
            assertFailure(
                    run("evaluate", servers, "--model=sprase"),
                    "no model 'sprase' has been published there: did you mean sparse?");
            assertFailure(run("compare", servers, "--models=sparse,plian"), "did you mean plain?");
        }

        @Test
        void isCompared() throws IOException {
            Path out = directory.resolve("compared");
            Outcome outcome = run("compare", servers, "--models", "plain,sparse,mine", "--out", out.toString());
            assertThat(outcome.code()).as(outcome.err()).isZero();
            assertThat(outcome.out().lines().skip(1)).element(0, STRING).startsWith("plain");
            JsonNode json =
                    new ObjectMapper().readTree(out.resolve("compare.json").toFile());
            assertThat(json.at("/models/1/model").asText()).isEqualTo("sparse");
            assertThat(json.at("/models/1/step").asLong()).isEqualTo(210);
            assertThat(json.at("/models/2/hyperparameters/beta/1").asDouble()).isEqualTo(0.04);
            assertThat(out.resolve("compare.md")).content().contains("(activations-h_e_2.png)", "(filters-mine.png)");
            assertFailure(
                    run("compare", servers, "--models=plain", "--out=" + out.resolve("compare.md")),
                    "compare.md is a file: name a directory");
        }

        @Test
        void isSweptOver() throws IOException {
            Path sweep = directory.resolve("swept");
            Outcome outcome = run("sweep", servers, "--steps=20", "--beta=1e-4,1e-3/1e-2", "--dir=" + sweep);
            assertThat(outcome.code()).as(outcome.err()).isZero();
            assertThat(outcome.out()).startsWith("trial ").contains("trials are on the Pareto front");
            assertThat(outcome.err()).startsWith("2 trials of 20 steps");
            JsonNode report =
                    new ObjectMapper().readTree(sweep.resolve("report.json").toFile());
            assertThat(report.at("/trials/1/hyperparameters/beta/1").asDouble()).isEqualTo(1e-2);
            assertThat(report.at("/trials/1/status").asText()).isEqualTo("finished");
            assertThat(ModelChoice.of(sweep.resolve(
                                            "trial-" + report.at("/front/0").asInt() + ".properties")
                                    .toString())
                            .hyperparameters()
                            .batch())
                    .isEqualTo(60);
            assertThat(run("sweep", servers, "--topic=nowhere", "--dir=" + directory.resolve("other"))
                            .err())
                    .endsWith("there is no topic nowhere: start a replay, or choose another with --topic\n");
        }

        /** From the topic, and from file to file. */
        @Test
        void isTheSameInEveryFormat() throws IOException {
            Path file = exported("sparse.safetensors");
            assertThat(ModelFile.read(file).license())
                    .as("nobody has told which data it has learned from")
                    .isEqualTo("unknown");
            for (String format : List.of("npz", "onnx")) {
                Path next = directory.resolve("sparse." + format);
                assertThat(run("export", "--model-file=" + file, "--out=" + next, "--format=" + format)
                                .code())
                        .isZero();
                assertSame(
                        evaluated("--model-file=" + next),
                        "model",
                        "step",
                        "loss",
                        "mse",
                        "l2",
                        "kl",
                        "meanActivation");
                file = next;
            }
            assertFailure(
                    run("export", "--model-file=" + file, "--out=" + directory + "/nowhere/a.npz"),
                    "/nowhere/a.npz: cannot be written (NoSuchFileException");
        }

        @Test
        void isImportedUnderAnotherName() throws IOException {
            Path file = exported("imported.onnx");
            String[] imports = {"import", servers, "--model-file=" + file, "--model=guest"};
            Outcome outcome = run(imports);
            assertThat(outcome.out())
                    .as(outcome.err())
                    .isEqualTo("model guest at step 210 published from " + file + "\n");
            assertFailure(run(imports), "a model 'guest' has been published there already: choose another name");
            JsonNode guest = evaluated(servers, "--model=guest");
            assertThat(guest.get("model").asText()).isEqualTo("guest");
            assertSame(guest, "step", "loss", "mse", "meanActivation");
        }

        @Test
        void startsNoModelOfOtherLayers() {
            Path file = exported("start.npz");
            assertFailure(
                    run("train", servers, "--layers=784-30-784", "--from-file=" + file, "--port=0"),
                    file + " has layers 784-300-30-300-784, not 784-30-784: give them by --layers");
        }

        @Test
        void isComparedAsFilesWithoutABroker() throws IOException {
            Path one = exported("one.onnx");
            String files = one + "," + exported("one.npz");
            assertOneLine(run("compare", "--models", files), "two models are called one: rename a file");
            Path out = directory.resolve("files");
            Outcome outcome = run("compare", "--models", one + "," + exported("other.npz"), "--out=" + out);
            assertThat(outcome.code()).as(outcome.err()).isZero();
            JsonNode json =
                    new ObjectMapper().readTree(out.resolve("compare.json").toFile());
            assertThat(json.at("/models/1/model").asText()).isEqualTo("other");
            assertThat(json.at("/models/1/mse").asDouble())
                    .isCloseTo(evaluated.get("mse").asDouble(), within(1e-9));
        }
    }
}
