package io.sparsestream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparsestream.broker.EmbeddedBroker;
import io.sparsestream.cli.option.HttpOptions;
import io.sparsestream.topic.ModelTopic;
import io.sparsestream.web.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.config.Configurator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

public class CliIT {
    /** Log4j says once, at its start, that its layout stands on a test's class path twice. */
    @BeforeAll
    static void startLogging() {
        LogManager.getLogger(CliIT.class);
    }

    @TempDir
    Path directory;

    public record Outcome(int code, String out, String err) {}

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "demo --nonsense | unknown option '--nonsense'; see 'sparsestream demo --help'",
                "demo --steps 0 | --steps must be at least 1, not 0",
                "demo --partitions 0 | --partitions must be at least 1, not 0",
                "demo --steps many | --steps must be a whole number, not 'many'",
                "demo --learning-rate 0 | learning-rate must be a positive number, not 0.0",
                "demo --learning-rate NaN | learning-rate must be a positive number, not NaN",
                "demo --beta -1 | beta must be zero or a positive number, not -1.0",
                "demo --batch 0 | batch must be at least 1, not 0",
                "demo --batch 65537 | batch must be at most 65536, not 65537",
                "demo --beta 1/2/3 | beta must be one number, or one for each of the 2 hidden layers, not [1.0, 2.0, 3.0]",
                "demo --schedule linear | schedule must be constant, cosine or step, not 'linear'",
                "demo --schedule-steps 5 | schedule-steps needs a schedule that is not constant",
                "demo --rate -5 | --rate must be a positive number",
                "demo --rho 1 | rho must be between 0 and 1",
                "demo --layers 784-x-784 | --layers must be like 784-300-30-300-784",
                "demo --models nobody | unknown preset 'nobody': choose from dictionary, plain, selective, sharp, sparse, vectors, or name a",
                "demo --models nowhere.json | cannot read nowhere.json: there is no such file",
                "train --bootstrap-servers 127.0.0.1:1 --learning-rate -1 | learning-rate must be",
                "train --bootstrap-servers 127.0.0.1:1 --model a/b | a model's name has letters",
                "train --bootstrap-servers 127.0.0.1:1 --max-batch-wait -1 | --max-batch-wait must be",
                "train | --bootstrap-servers HOST:PORT is missing",
                "replay --bootstrap-servers 127.0.0.1:1 --rate -5 | --rate must be a positive number",
                "replay --bootstrap-servers 127.0.0.1:1 --images 0 | --images must be at least 1",
                "replay --bootstrap-servers 127.0.0.1:1 --epochs 2 --images 5 | --epochs and --images cannot be given",
                "replay --bootstrap-servers 127.0.0.1:1 --split valid | --split must be train or test, not 'valid'",
                "demo --config nowhere.properties | --config nowhere.properties cannot be read",
                "set beta=1 | --bootstrap-servers HOST:PORT is missing",
                "set --bootstrap-servers 127.0.0.1:1 | NAME=VALUE is missing",
                "set --bootstrap-servers 127.0.0.1:1 beta | an argument must be like NAME=VALUE, not 'beta'",
                "set --bootstrap-servers 127.0.0.1:1 beta=-1 | beta must be zero or a positive number, not -1.0",
                "set --bootstrap-servers 127.0.0.1:1 gamma=1 | unknown hyperparameter 'gamma'",
                "set --bootstrap-servers 127.0.0.1:1 batch=10 | batch cannot change while a model learns",
                "set --bootstrap-servers 127.0.0.1:1 --timeout -1 beta=1 | --timeout must be zero or a positive number",
                "evaluate --bootstrap-servers 127.0.0.1:1 --model-file a.npz | cannot be given together",
                "evaluate --model-file model.bin | a model file ends in .safetensors, .npz or .onnx, not model.bin",
                "evaluate | --bootstrap-servers HOST:PORT is missing",
                "export --bootstrap-servers 127.0.0.1:1 --format pickle | --format must be safetensors, npz, onnx, saelens or sparsify, not 'pickle'",
                "export --bootstrap-servers 127.0.0.1:1 --format npz --out a.onnx | --out a.onnx does not end in .npz",
                "probe | --bootstrap-servers HOST:PORT is missing",
                "probe --bootstrap-servers 127.0.0.1:1 --model-file a.npz | cannot be given together",
                "compare --bootstrap-servers 127.0.0.1:1 | --models NAME|FILE is missing",
                "compare --models sparse | --bootstrap-servers HOST:PORT is missing",
                "compare --models sparse,a/b --bootstrap-servers 127.0.0.1:1 | a model's name has letters",
                "sweep --bootstrap-servers 127.0.0.1:1 --steps 0 | --steps must be at least 1, not 0",
                "sweep --bootstrap-servers 127.0.0.1:1 --random 0 | --random must be at least 1, not 0",
                "sweep --bootstrap-servers 127.0.0.1:1 --parallel -1 | --parallel must be at least 1, not -1",
                "sweep --bootstrap-servers 127.0.0.1:1 --beta 1,x | beta must be a number, or one for each layer",
                "sweep --bootstrap-servers 127.0.0.1:1 --batch 10,20 | batch must be one number in a sweep",
                "sweep --bootstrap-servers 127.0.0.1:1 --preset none | unknown preset 'none'",
                "simulate --replicas 1,0 | --replicas must be at least 1, not 0",
                "simulate --sync-every 0 | --sync-every must be at least 1, not 0",
                "simulate --images 0 | --images must be at least 1, not 0",
                "simulate --images 5000000000000 | --images is too large",
                "simulate --partitioning none | --partitioning must be key or round-robin, not 'none'",
                "simulate --outer-learning-rate 0 | outer-learning-rate must be a positive number, not 0.0",
                "simulate --outer-momentum 1 | outer-momentum must be at least 0 and below 1, not 1.0",
                "simulate --update-encoding bfloat16 | --update-encoding must be float32, float16 or int8, not",
                "replay --bootstrap-servers 127.0.0.1:1 --noise 0.1 | need --change-at",
                "replay --bootstrap-servers 127.0.0.1:1 --change-at 9 | --change-at needs --hold-back, --then,",
                "replay --bootstrap-servers 127.0.0.1:1 --change-at 9 --hold-back 256 | is a number from 0 to 255, not 256",
                "replay --bootstrap-servers 127.0.0.1:1 --change-at 0 --noise 0.1 | must come after at least 1 image",
                "watch --bootstrap-servers 127.0.0.1:1 --images 0 | --images must be at least 1, not 0",
                "watch --bootstrap-servers 127.0.0.1:1 --rate 0 | --rate must be a positive number",
                "import --bootstrap-servers 127.0.0.1:1 | --model-file FILE is missing",
                "rollback --bootstrap-servers 127.0.0.1:1 | --to-step N is missing",
                "rollback --bootstrap-servers 127.0.0.1:1 --to-step -1 | --to-step must be zero or a positive number",
                "reset --bootstrap-servers 127.0.0.1:1 --seed x | --seed must be a whole number, not 'x'",
                "train --bootstrap-servers 127.0.0.1:1 --sync-every 0 | --sync-every must be at least 1, not 0",
                "train --bootstrap-servers 127.0.0.1:1 --round-timeout -1 | --round-timeout must be zero or a positive",
                "train --bootstrap-servers 127.0.0.1:1 --outer-momentum 1 | outer-momentum must be at least 0 and below",
                "replay --bootstrap-servers 127.0.0.1:1 --partitions 0 | --partitions must be at least 1, not 0",
                "train --bootstrap-servers 127.0.0.1:1 --keep-checkpoints 0 | --keep-checkpoints must be at least 1",
                "train --bootstrap-servers 127.0.0.1:1 --model-per-key label | must be header:NAME or key, not 'label'",
                "train --bootstrap-servers 127.0.0.1:1 --model-per-key header: | must be header:NAME or key, not 'header:'",
                "train --bootstrap-servers 127.0.0.1:1 --model-per-key key --max-models-in-memory 0 | must be at least 1",
                "train --bootstrap-servers 127.0.0.1:1 --model-per-key key --max-keys 0 | --max-keys must be at least 1",
                "train --bootstrap-servers 127.0.0.1:1 --model-per-key key --allow-control | cannot be given together",
                "evaluate --bootstrap-servers 127.0.0.1:1 --partition 1 | --partition needs --key",
                "evaluate --model-file a.npz --key 3 | --key and --model-file cannot be given together",
                "status --bootstrap-servers 127.0.0.1:1 --interval -1 | --interval must be zero or a positive number",
                "status --bootstrap-servers 127.0.0.1:1 --log-format xml | --log-format must be text or json, not 'xml'",
                "dead-letters --bootstrap-servers 127.0.0.1:1 --last -1 | --last must be zero or a positive number",
                "dead-letters --bootstrap-servers 127.0.0.1:1 --model a/b | a model's name has letters",
                "replay --bootstrap-servers 127.0.0.1:1 --format xml | --format must be uint8, float32, json, object, csv or avro, not",
                "replay --bootstrap-servers 127.0.0.1:1 --order random | --order must be file or shuffled, not 'random'",
                "topics | a command is missing; see 'sparsestream topics --help'",
                "topics list | --bootstrap-servers HOST:PORT is missing",
                "topics crate a | unknown command 'crate': did you mean create? See 'sparsestream topics --help'",
                "topics create --bootstrap-servers 127.0.0.1:1 | NAME is missing; see 'sparsestream topics create --help'",
                "topics create --bootstrap-servers 127.0.0.1:1 a --partitions 0 | --partitions must be at least 1, not 0",
                "topics create --bootstrap-servers 127.0.0.1:1 a --replication 0 | --replication must be at least 1",
                "topics create --bootstrap-servers 127.0.0.1:1 a --replication 99999 | a whole number of at most 32767",
                "topics create --bootstrap-servers 127.0.0.1:1 a --topic-config x | must be like KEY=VALUE, not 'x'",
                "topics create --bootstrap-servers 127.0.0.1:1 a/b | a topic's name has letters",
                "topics create --bootstrap-servers 127.0.0.1:1 control | is for what models are told",
                "fly | unknown command 'fly'; see 'sparsestream --help'",
                "trian | unknown command 'trian': did you mean train? See 'sparsestream --help'",
                "demo fly | demo takes no argument 'fly'",
                "demo --stpes 3 | unknown option '--stpes': did you mean --steps? See 'sparsestream demo --help'",
                "demo --stpes=3 | did you mean --steps?",
                "demo --steps | --steps needs a value: --steps N",
                "demo --steps --exit | --steps needs a value: --steps N",
                "demo --steps 3 --steps 4 | --steps is given twice",
                "demo --steps 99999999999999999999 | --steps must be a whole number of at most 9223372036854775807",
                "demo --port 99999999999 | --port must be a whole number of at most 2147483647, not '99999999999'",
                "demo --exit=5 | --exit must be true or false, not '5'",
                "demo --models sprase | unknown preset 'sprase': did you mean sparse?",
                "watch --bootstrap-servers 127.0.0.1:1 --rate x | --rate must be a number, not 'x'",
                "train -K x | --kafka must be like KEY=VALUE, not 'x'",
                "set --bootstrap-servers 127.0.0.1:1 learning-rte=1 | unknown hyperparameter 'learning-rte': did you mean learning-rate?",
                "train --bootstrap-servers 127.0.0.1:1 --model . --topic control | is for what models are told",
                "train --bootstrap-servers 127.0.0.1:1 --topic ä | a topic's name has letters (a to z), digits",
                "train --bootstrap-servers 127.0.0.1:1 --topic __consumer_offsets | are Kafka's own",
                "train --bootstrap-servers 127.0.0.1:1 --model x --topic reconstructions.x | what model x writes to",
                "score --bootstrap-servers 127.0.0.1:1 --topic a/b | a topic's name has letters",
                "replay --bootstrap-servers 127.0.0.1:1 --topic control | is for what models are told",
                "replay --bootstrap-servers 127.0.0.1:1 --topic .. | a topic's name has letters",
                "sweep --bootstrap-servers 127.0.0.1:1 --topic a:b | a topic's name has letters",
                "import --bootstrap-servers 127.0.0.1:1 --model-file a.npz --model a/b | a model's name has letters",
                "train --bootstrap-servers 127.0.0.1:1 --steps 0 | --steps must be at least 1, not 0",
                "train --bootstrap-servers 127.0.0.1:1 --model-per-key key --steps 5 | cannot be given together",
                "evaluate --bootstrap-servers 127.0.0.1:1 --wait -1 | --wait must be zero or a positive number",
                "evaluate --bootstrap-servers 127.0.0.1:1 --wait-for-step -1 | --wait-for-step must be zero or a",
                "demo --models sharp --layers 784-30-784 | the preset is for 2 hidden layers, each with a beta of its own",
                "sweep --bootstrap-servers 127.0.0.1:1 --preset sharp --layers 784-9-784 | the preset is for 2 hidden",
                "simulate --preset sharp --layers 784-9-784 | the preset is for 2 hidden layers",
                "demo --models sharp --layers 784-9-784 --beta 1/2 | beta must be one number, or one for each of the 1",
            })
    void wrongUsageIsOneLineAndExitCode2(String arguments, String message) {
        Outcome outcome = run(arguments.strip().split(" "));
        assertOneLine(outcome, message);
        assertThat(outcome.code).isEqualTo(2);
    }

    @Test
    void whatCannotBeDoneIsOneLineAndExitCode1() throws IOException {
        assertFailure(
                run("demo", "--data", "nowhere"), "dataset directory nowhere does not exist: give one with --data");
        assertFailure(
                run("evaluate", "--bootstrap-servers", "127.0.0.1:1", "--connect-timeout=0.1"),
                "cannot reach Kafka at 127.0.0.1:1");
        assertFailure(
                run("sweep", "--bootstrap-servers=127.0.0.1:1", "--layers=784-500000-784", "--seed=1,2,3"),
                "3 trials need some 44");
        assertFailure(run("export", "--model-file", "nowhere.npz"), "model file nowhere.npz does not exist");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = Integer.toString(taken.getLocalPort());
            assertFailure(run("demo", "--port", port), "port " + port + " on 127.0.0.1 is already in use");
            assertFailure(
                    run("broker", "--dir", directory.toString(), "--port", port),
                    "port " + port + " on 127.0.0.1 is not free");
        }
        Path image = directory.resolve("train-images-idx3-ubyte");
        Files.write(image, new byte[] {0, 0, 8, 3, 0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 1, 5});
        assertFailure(run("demo", "--data", directory.toString()), "truncated: its header promises 9 items, found 1");
        Files.write(image, new byte[] {0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 5});
        assertFailure(run("demo", "--data", directory.toString()), "images of 1x1 do not fit an input of 784");
    }

    @Test
    void aPropertiesFileGivesDefaultsAndIsCheckedForTypos() throws IOException {
        Path config = directory.resolve("my.properties");
        Files.writeString(config, "learning-rate=-3\nkafka.client.id=me\n");
        assertOneLine(run("demo", "--config", config.toString()), "learning-rate must be a positive number, not -3.0");
        assertOneLine(
                run("demo", "--config", config.toString(), "--learning-rate", "-4"),
                "learning-rate must be a positive number, not -4.0");
        Files.writeString(config, "lerning-rate=1\n");
        assertOneLine(
                run("demo", "--config", config.toString()),
                "unknown option 'lerning-rate': did you mean learning-rate?");
    }

    @Test
    void aModelsFileIsCheckedBeforeAnythingIsBegun() throws IOException {
        Path file = directory.resolve("mine.json");
        String models = file.toString();
        Files.writeString(file, "[1]");
        assertOneLine(run("demo", "--models", models), "cannot read " + file + ": one JSON object is expected");
        Files.writeString(file, "{\"beta\": [1, 2], \"lr\": 1}");
        assertOneLine(run("demo", "--models", models), "cannot read " + file + ": unknown hyperparameter 'lr'");
        Files.writeString(file, "{\"beta\": [1, 2");
        assertOneLine(run("demo", "--models", models), "cannot read " + file + ": not JSON: Unexpected end-of-input");
        Files.writeString(file, "{\"preset\": \"sharp\", \"beta\": [1, 2, 3]}");
        assertOneLine(run("demo", "--models", models), "beta must be one number, or one for each of the 2 hidden");
        Files.writeString(file, "{}");
        assertOneLine(
                run("demo", "--models", models + "," + directory.resolve("./mine.json")),
                "two models are called mine: rename a file");
    }

    @Test
    void verboseAddsTheStackTrace() {
        try {
            assertThat(run("demo", "--data", "nowhere", "--verbose").err)
                    .contains("\tat io.sparsestream.dataset.Dataset.read");
        } finally {
            Configurator.reconfigure(); // quiet again, for the tests after this one
        }
    }

    /** Also that secrets stay secret, even where everything is told. */
    @Test
    void divergenceEndsTrainingWithOneLineAndTheLastCheckpointStands() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"), 0)) {
            String servers = "--bootstrap-servers=" + broker.bootstrapServers();
            assertThat(run("replay", servers, "--images", "6000").code).isZero();

            Outcome outcome = run(
                    "train",
                    servers,
                    "--port=0",
                    "--state-dir=" + directory.resolve("state"),
                    "--learning-rate=1e6",
                    "--verbose",
                    "-K",
                    "commit.interval.ms=1", // so that the first checkpoint is committed before the second step
                    "-K",
                    "ssl.key.password=hunter2",
                    "-K",
                    "sasl.jaas.config=org.example.Module required password=\"hunter2\";");

            assertThat(outcome.code).isEqualTo(1);
            assertThat(outcome.err)
                    .contains("sparsestream: learning has diverged at step 1 (")
                    .contains("the last checkpoint stands: lower the learning rate, under a new --model name")
                    .contains("\tat io.sparsestream")
                    .doesNotContain("hunter2");
            assertThat(outcome.out).doesNotContain("hunter2");
            Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
            assertThat(ModelTopic.read(kafka, "sparse").step()).isZero();
        } finally {
            Configurator.reconfigure();
        }
    }

    @Test
    void aStateDirectoryThatCannotBeUsedIsNamed() throws Exception {
        Path file = Files.createFile(directory.resolve("a-file"));
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"), 0)) {
            assertFailure(
                    run("train", "--bootstrap-servers=" + broker.bootstrapServers(), "--port=0", "--state-dir=" + file),
                    "state directory " + file + " cannot be used");
        }
    }

    @Test
    void helpAndVersionAreNoErrors() {
        assertThat(run("--help").code).isZero();
        assertThat(run("demo", "--help").out).contains("--models");
        assertThat(run("--version").out).startsWith("sparsestream ");
        for (String[] asked : new String[][] {{"--help"}, {"-h"}, {"demo", "--help"}, {"--version"}, {"set", "-V"}}) {
            List<String> lines = run(asked).out.lines().toList();
            assertThat(lines).as("once").filteredOn(lines.get(0)::equals).hasSize(1);
        }
    }

    @Test
    void longAndOddNamesAreRefusedBeforeAnythingIsBegun() {
        String name = "b".repeat(250);
        String servers = "--bootstrap-servers=127.0.0.1:1";
        for (String command : List.of("train", "score", "evaluate", "export", "watch", "pause", "resume", "reset")) {
            for (String model : List.of(name, "", "ä", "a b")) {
                Outcome outcome = run(command, servers, "--model=" + model);
                assertOneLine(
                        outcome, "a model's name has letters (a to z), digits, dots, dashes and underscores, 1 to 100");
                assertThat(outcome.code).isEqualTo(2);
            }
        }
        for (String command : List.of("train", "score", "replay", "sweep")) {
            for (String topic : List.of(name, "")) {
                assertOneLine(run(command, servers, "--topic=" + topic), "1 to 249 in all, not '");
            }
        }
    }

    @Test
    void modelsOfTheDemoWhoseTopicsKafkaWouldMixUpAreRefused() throws IOException {
        String models = Files.writeString(directory.resolve("a.b.json"), "{}") + ","
                + Files.writeString(directory.resolve("a_b.json"), "{}");
        Outcome outcome = run("demo", "--models", models);
        assertOneLine(outcome, "models a.b and a_b cannot stand side by side");
        assertThat(outcome.code).isEqualTo(2);
    }

    @Test
    void anAddressOfIpVersion6HasBracketsInTheUrl() throws Exception {
        HttpOptions http = new HttpOptions();
        new CommandLine(http).parseArgs("--host=::1", "--port=0");
        try (HttpServer server = http.start()) {
            assertThat(http.url(server)).isEqualTo("http://[::1]:" + server.port());
        } catch (IOException e) {
            assumeTrue(false, "no IPv6: " + e.getMessage());
        }
    }

    @Test
    void demoOfSeveralPartitionsCountsAllReplicasTogether() throws Exception {
        Path summary = directory.resolve("summary.json");
        String[] demo = {
            "demo",
            "--steps",
            "50",
            "--partitions",
            "2",
            "--layers",
            "784-32-784",
            "--sync-every",
            "5",
            "--port",
            "0",
            "--summary",
            summary.toString()
        };

        Outcome outcome = run(demo);

        assertThat(outcome.code).as(outcome.err).isZero();
        JsonNode result = new ObjectMapper().readTree(summary.toFile()).at("/models/sparse");
        assertThat(result.get("reconstructions").asLong()).isEqualTo(3000);
        assertThat(result.get("steps").asLong())
                .as("but for a rest in each partition")
                .isBetween(49L, 50L);
    }

    @Test
    void simulatesReplicasWithoutABroker() throws IOException {
        Path summary = directory.resolve("simulated.json");
        Outcome outcome = run(
                "simulate",
                "--images=2400",
                "--replicas=1,2",
                "--sync-every=5,10",
                "--layers=784-20-784",
                "--update-encoding=int8",
                "--summary=" + summary);
        assertThat(outcome.code).as(outcome.err).isZero();
        assertThat(outcome.out).startsWith("| P | K | images | test loss | ratio to P = 1 |");
        assertThat(outcome.out.lines()).hasSize(2 + 3);
        assertThat(outcome.err).contains("of 7,200 images");
        JsonNode json = new ObjectMapper().readTree(summary.toFile());
        assertThat(json.at("/simulation/encoding").asText()).isEqualTo("int8");
        assertThat(json.at("/runs/0/ratio").asDouble()).isEqualTo(1);
        assertThat(json.at("/runs/1/syncEvery").asLong()).isEqualTo(5);
        assertThat(json.at("/runs/2/rounds").asLong()).isEqualTo(2);
        long parameters = 784 * 20 + 20 + 20 * 784 + 784; // a byte each, both ways, of two replicas in two rounds
        for (String way : List.of("/runs/2/updateBytes", "/runs/2/answerBytes")) {
            assertThat(json.at(way).asLong()).isBetween(4 * parameters, 5 * parameters);
        }
    }

    static void assertFailure(Outcome outcome, String message) {
        assertOneLine(outcome, message);
        assertThat(outcome.code).isEqualTo(1);
    }

    static void assertOneLine(Outcome outcome, String message) {
        assertThat(outcome.err).startsWith("sparsestream: ").contains(message);
        assertThat(outcome.err.strip().lines()).hasSize(1);
        assertThat(outcome.out).isEmpty();
    }

    public static Outcome run(String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream capturedOut = new ByteArrayOutputStream();
        ByteArrayOutputStream capturedErr = new ByteArrayOutputStream();
        System.setOut(new PrintStream(capturedOut, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(capturedErr, true, StandardCharsets.UTF_8));
        try {
            int code = Cli.run(arguments);
            return new Outcome(
                    code, capturedOut.toString(StandardCharsets.UTF_8), capturedErr.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }
}
