package io.sparsestream.cli.model;

import static io.sparsestream.cli.CliIT.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparsestream.cli.CliIT;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.ScaledLearner;
import io.sparsestream.learn.nd4j.OpenBlas;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.Json;
import io.sparsestream.message.ReconstructionFormat;
import io.sparsestream.stream.Keep;
import io.sparsestream.stream.OnGap;
import io.sparsestream.stream.TaskSettings;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.stream.rounds.Sync;
import io.sparsestream.support.OnRealBroker;
import io.sparsestream.topic.ModelTopic;
import io.sparsestream.topic.Topics;
import io.sparsestream.trainer.Trainer;
import io.sparsestream.trainer.TrainerSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Models of JSON objects, judged on the newest of them by commands that are told no more than the topic. */
class JudgedOnATopicIT extends OnRealBroker {
    private static final Topics PUMPS = new Topics("pumps");
    private static final String TOPIC = "pumps";
    private static final int RECORDS = 800;

    private final Random random = new Random(11);
    private final List<float[]> sent = new ArrayList<>();
    private String servers;

    private ProducerRecord<byte[], byte[]> record(int key) {
        boolean worn = key % 4 == 0;
        double load = random.nextGaussian();
        double pressure = load + 0.1 * random.nextGaussian();
        double flow = 50 + 9 * load + 0.5 * random.nextGaussian();
        double hum = (worn ? 7 : 1) + 0.2 * random.nextGaussian();
        String json = String.format(
                Locale.ROOT,
                "{\"hum\":%f,\"flow\":%f,\"pressure\":%f,\"state\":\"%s\"}",
                hum,
                flow,
                pressure,
                worn ? "worn out" : "well");
        JsonNode values = Json.tree(HeaderName.utf8(json));
        sent.add(new float[] {
            (float) values.get("pressure").asDouble(),
            (float) values.get("flow").asDouble(),
            (float) values.get("hum").asDouble()
        });
        return new ProducerRecord<>(TOPIC, null, HeaderName.utf8("p" + key), HeaderName.utf8(json));
    }

    @BeforeEach
    void learn() throws Exception {
        servers = "--bootstrap-servers=" + broker.bootstrapServers();
        InputFormat fields = new InputFormat(
                InputFormat.Kind.JSON,
                List.of("pressure", "flow", "hum"),
                new InputFormat.Label.InField("state"),
                InputFormat.Missing.REFUSED);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            records.add(record(i));
        }
        TaskSettings task = new TaskSettings(
                PUMPS,
                TOPIC,
                Duration.ofMillis(500),
                new Keep(3, 0),
                SOON,
                fields,
                ReconstructionFormat.SAME,
                Optional.empty(),
                OnGap.FAIL);
        try (Trainer trainer = Trainer.start(
                new TrainerSettings(kafka, directory.resolve("state"), Sync.DEFAULT, task),
                () -> ScaledLearner.of(
                        new Autoencoder(Architecture.of(3, 4, 3), Hyperparameters.VECTORS, new OpenBlas())),
                new TrainingListener() {})) {
            send(records);
            await(PUMPS.reconstructions(), RECORDS);
            await(
                    PUMPS.parameters(),
                    published -> ModelTopic.read(kafka, "pumps").step() == RECORDS / 8);
        }
    }

    private CliIT.Outcome command(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add(servers);
        return run(all.toArray(String[]::new));
    }

    @Test
    void evaluateMeasuresTheNewestRecordsThatFit() throws Exception {
        send(new ProducerRecord<>(TOPIC, null, HeaderName.utf8("bad"), HeaderName.utf8("{}")));

        CliIT.Outcome outcome = command("evaluate", "--model=pumps", "--topic=pumps", "--last=100", "--json");

        assertThat(outcome.code()).as(outcome.err()).isZero();
        JsonNode json = Json.tree(HeaderName.utf8(outcome.out()));
        assertThat(json.get("records").asInt()).isEqualTo(100);
        assertThat(json.get("mse").asDouble()).isCloseTo(mse(RECORDS - 100, RECORDS), within(1e-5));
        assertThat(json.get("mseByLabel").properties())
                .extracting(java.util.Map.Entry::getKey)
                .containsExactly("well", "worn out");
        assertThat(json.get("inputs"))
                .extracting(input -> input.get("name").asText())
                .containsExactly("pressure", "flow", "hum");
        assertThat(json.get("explainedVariance").asDouble()).isBetween(-1.0, 1.0);
        assertThat(json.has("picture")).isFalse();

        outcome = command("evaluate", "--model=pumps", "--topic=pumps", "--last=100", "--label=worn out");
        assertThat(outcome.out())
                .contains("worst inputs")
                .containsPattern("hum +-?\\d")
                .contains("step 100, the newest 100 records of topic pumps, 25 of them with the label worn out: mse ");
    }

    private double mse(int from, int to) {
        Learner learner = ModelTopic.read(kafka, "pumps").learner(new OpenBlas());
        double sum = 0;
        for (int i = from; i < to; i++) {
            MiniBatch batch = learner.newBatch();
            batch.add(sent.get(i), 0, "");
            sum += learner.reconstruct(batch).mse()[0];
        }
        return sum / (to - from);
    }

    @Test
    void compareAndProbeTakeTheModelsOwnRecords() throws Exception {
        Path file = directory.resolve("exported.npz");
        assertThat(command("export", "--model=pumps", "--out=" + file).code()).isZero();
        Path out = directory.resolve("compared");

        CliIT.Outcome compared =
                command("compare", "--models=pumps," + file, "--topic=pumps", "--last=500", "--probe", "--out=" + out);

        assertThat(compared.code()).as(compared.err()).isZero();
        assertThat(compared.out()).contains("worn out", "exported", "probe error");
        assertThat(out.resolve("compare.md"))
                .content()
                .contains("## Inputs", "hum")
                .doesNotContain("images.png");
        assertThat(Files.list(out)).noneMatch(path -> path.toString().endsWith("images.png"));

        CliIT.Outcome probed = command("probe", "--model-file=" + file, "--topic=pumps", "--last=500");
        assertThat(probed.code()).as(probed.err()).isZero();
        assertThat(probed.out())
                .containsPattern("inputs +3 +0\\.00 %")
                .contains(
                        "learned from 400 of the newest labelled records of topic pumps, error on the 100 behind them");
    }

    @Test
    void whatLearnsOnFromAFileHasItsFields() {
        Path file = directory.resolve("exported.safetensors");
        assertThat(command("export", "--model=pumps", "--out=" + file).code()).isZero();
        assertThat(command(
                                "train",
                                "--model=others",
                                "--from-file=" + file,
                                "--topic=pumps",
                                "--input-format=json",
                                "--fields=hum,flow,pressure",
                                "--layers=3-4-3",
                                "--port=0")
                        .err())
                .contains("exported.safetensors has the fields pressure,flow,hum: give them by --fields");
    }

    @Test
    void whatCannotBeJudgedIsRefusedInOneLine() throws Exception {
        assertThat(command("evaluate", "--model=pumps", "--topic=pumps", "--fields=hum,flow")
                        .err())
                .contains("--fields names 2 fields, but the first layer has 3 inputs");
        assertThat(command("evaluate", "--model=pumps", "--topic=pumps", "--inputs=4")
                        .err())
                .contains("--inputs 4 does not fit model pumps, whose layers are 3-4-3: leave it out");
        assertThat(command("evaluate", "--model=pumps", "--topic=nowhere").err())
                .contains("there is no topic nowhere: choose another with --topic");
        assertThat(command("evaluate", "--model=pumps", "--topic=pumps", "--fields=hum,flow,heat")
                        .err())
                .contains("no record of topic pumps fits, the last for: field heat is missing");
        assertThat(command("probe", "--model=pumps", "--topic=pumps", "--last=8")
                        .err())
                .contains("only 8 have labels, which a probe is to find");
    }

    @Test
    void aSweepLearnsFromTheTopicAndIsJudgedOnItsNewestRecords() throws Exception {
        Path swept = directory.resolve("swept");
        String[] sweep = {
            "sweep",
            "--topic=pumps",
            "--input-format=json",
            "--fields=pressure,flow,hum",
            "--learning-rate=0.001,0.01",
            "--last=100",
            "--dir=" + swept,
            servers,
            "--steps=80"
        };
        CliIT.Outcome outcome = run(sweep);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        JsonNode report = Json.tree(Files.readAllBytes(swept.resolve("report.json")));
        assertThat(report.get("dataset").asText()).isEqualTo("the newest 100 records of topic pumps");
        assertThat(report.get("trials"))
                .hasSize(2)
                .allSatisfy(trial -> assertThat(trial.get("mse").asDouble()).isBetween(0.01, 2.0));

        sweep[3] = "--fields=flow,pressure,hum";
        assertThat(run(sweep).err()).contains("holds another sweep: give the options that it was begun with");
    }

    @Test
    void watchAndUnitsKnowThatTheRecordsAreNoPictures() throws Exception {
        CliIT.Outcome watched = command("watch", "--model=pumps", "--all", "--images=3", "--rate=100");
        assertThat(watched.code()).as(watched.err()).isZero();
        assertThat(watched.out())
                .contains("p0  label worn out  step 0  mse ")
                .containsPattern(
                        "input +value +reconstruction\npressure +" + String.format(Locale.ROOT, "%.6g", sent.get(0)[0]))
                .containsPattern("\nhum +" + String.format(Locale.ROOT, "%.6g", sent.get(0)[2]));
        assertThat(command("watch", "--model=pumps", "--png=" + directory.resolve("png"))
                        .err())
                .contains("the records of model pumps are no pictures: leave out --png");
        assertThat(command("units", "--model=pumps", "--out=" + directory.resolve("units.png"))
                        .err())
                .contains("the records of model pumps are of the format json, no pictures: leave out --out");
    }
}
