package io.sparsestream.registry;

import static io.sparsestream.cli.CliIT.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.application.FailureText;
import io.sparsestream.cli.CliIT;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.ScaledLearner;
import io.sparsestream.learn.nd4j.OpenBlas;
import io.sparsestream.message.Dtype;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.ReconstructionFormat;
import io.sparsestream.stream.Keep;
import io.sparsestream.stream.OnGap;
import io.sparsestream.stream.TaskSettings;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.stream.rounds.Sync;
import io.sparsestream.support.AvroRecords;
import io.sparsestream.support.Await;
import io.sparsestream.support.CommittedRecords;
import io.sparsestream.support.OnRealBroker;
import io.sparsestream.support.RegistryServer;
import io.sparsestream.topic.ModelTopic;
import io.sparsestream.topic.TopicSetup;
import io.sparsestream.topic.Topics;
import io.sparsestream.trainer.Trainer;
import io.sparsestream.trainer.TrainerSettings;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Records of Avro on a real broker, with a registry that comes and goes: what is learned does not depend on when. */
class AvroIT extends OnRealBroker {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int STEP = Hyperparameters.VECTORS.batch();
    private static final String OLD = """
            {"type":"record","name":"R","fields":[{"name":"a","type":"double"},{"name":"b","type":"float"},
            {"name":"c","type":"int"}]}""";
    private static final String NEW = """
            {"type":"record","name":"R","fields":[{"name":"c","type":"long"},{"name":"note","type":["null","string"]},
            {"name":"b","type":"float"},{"name":"a","type":"double"}]}""";

    private final Random random = new Random(3);
    private final List<float[]> sent = new ArrayList<>();
    private RegistryServer registry;

    @BeforeEach
    void startRegistry() throws Exception {
        TopicSetup.createImages(kafka, Topics.IMAGES);
        registry = new RegistryServer();
    }

    @AfterEach
    void stopRegistry() {
        registry.close();
    }

    private static Learner learner() {
        return ScaledLearner.of(new Autoencoder(Architecture.of(3, 2, 3), Hyperparameters.VECTORS, new OpenBlas()));
    }

    private Trainer start(Duration patience) throws Exception {
        TrainerSettings settings = settings(SOON, OnGap.FAIL);
        InputFormat input = new InputFormat(
                InputFormat.Kind.AVRO,
                List.of("a", "b", "c"),
                new InputFormat.Label.InHeader(),
                InputFormat.Missing.REFUSED,
                Optional.of(SchemaRegistry.at(registry.url(), patience)));
        Supplier<Learner> learner = AvroIT::learner;
        return Trainer.start(
                new TrainerSettings(
                        kafka,
                        settings.stateDirectory(),
                        Sync.DEFAULT,
                        new TaskSettings(
                                TOPICS,
                                Topics.IMAGES,
                                Duration.ofMillis(500),
                                new Keep(3, 0),
                                SOON,
                                input,
                                ReconstructionFormat.UINT8,
                                Optional.empty(),
                                OnGap.FAIL)),
                learner,
                new TrainingListener() {});
    }

    /** Sends as many steps of records of a schema. */
    private void send(String schema, int steps) throws Exception {
        int id = registry.register(schema);
        Schema parsed = new Schema.Parser().parse(schema);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < steps * STEP; i++) {
            float[] numbers = {random.nextFloat(), 3 * random.nextFloat(), random.nextInt(100)};
            sent.add(numbers);
            Object c = schema.equals(OLD) ? (Object) (int) numbers[2] : (Object) (long) numbers[2];
            records.add(new ProducerRecord<>(
                    Topics.IMAGES,
                    AvroRecords.write(id, parsed, Map.of("a", (double) numbers[0], "b", numbers[1], "c", c))));
        }
        send(records);
    }

    /** All was learned from once, in order, and nothing set aside. */
    private void assertUndisturbed() throws Exception {
        await(TOPICS.reconstructions(), sent.size());
        await(TOPICS.parameters(), published -> step() == sent.size() / STEP);
        assertThat(read(TOPICS.reconstructions())).hasSize(sent.size());
        assertThat(read(TOPICS.deadLetters())).isEmpty();
        Learner undisturbed = learner();
        MiniBatch batch = undisturbed.newBatch();
        for (float[] numbers : sent) {
            batch.add(Dtype.FLOAT32.encode(numbers, 0, numbers.length));
            if (batch.isFull()) {
                undisturbed.train(batch);
                batch.clear();
            }
        }
        ModelTopic.read(kafka, "sparse")
                .parameters()
                .forEach((name, values) -> assertThat(values)
                        .as(name)
                        .isEqualTo(undisturbed.state().parameter(name)));
    }

    @Test
    void aRegistryThatIsAwayAtTheStartAndInMidStreamStopsTheTaskAndChangesNothing() throws Exception {
        send(OLD, 50);
        registry.goAway();
        try (Trainer trainer = start(PATIENCE)) {
            assertStops(trainer, 1);
        }
        registry.comeBack();
        try (Trainer trainer = start(PATIENCE)) {
            await(TOPICS.reconstructions(), sent.size());
            send(OLD, 3);
            registry.fail(503);
            send(NEW, 20);
            assertStops(trainer, 2);
        }
        registry.recover();
        try (Trainer trainer = start(PATIENCE)) {
            send(OLD, 5);
            assertUndisturbed();
        }
        assertThat(registry.asked().stream().filter("GET /schemas/ids/1"::equals))
                .as("once for each start, and tries")
                .hasSizeBetween(2, 10);
    }

    private void assertStops(Trainer trainer, int schema) throws Exception {
        Await.until("the end of the task", () -> trainer.failed().isDone());
        assertThat(trainer.failed()
                        .handle((nothing, failure) -> FailureText.message(failure))
                        .get())
                .startsWith(
                        "the schema registry at " + registry.url() + " has not told schema " + schema + " for 2 s: ")
                .endsWith(", and start again: nothing is lost");
        assertThat(read(TOPICS.deadLetters())).isEmpty();
    }

    /** For longer than a transaction may be open: the broker gives that up, and the task begins anew. */
    @Test
    void aRegistryThatComesBackInTimeIsWaitedFor() throws Exception {
        send(OLD, 50);
        try (Trainer trainer = start(Duration.ofMinutes(2))) {
            await(TOPICS.reconstructions(), sent.size());
            registry.goAway();
            send(OLD, 1);
            send(NEW, 20);
            Thread.sleep(22_000);
            assertThat(trainer.failed()).isNotDone();
            registry.comeBack();
            assertUndisturbed();
            assertThat(trainer.failed()).isNotDone();
        }
    }

    @Test
    void aTrainerThatWaitsLeavesAtOnce() throws Exception {
        send(OLD, 2);
        registry.goAway();
        Trainer trainer = start(Duration.ofMinutes(5));
        CompletableFuture<Void> failed = trainer.failed();
        Thread.sleep(6_000);
        long start = System.nanoTime();
        trainer.close();
        assertThat(System.nanoTime() - start).isLessThan(Duration.ofSeconds(8).toNanos());
        assertThat(failed).isNotDone();
        registry.comeBack();
        try (Trainer next = start(PATIENCE)) {
            assertUndisturbed();
        }
    }

    /** What a person does: the first record says how many numbers there are. */
    @Test
    void aTableIsReplayedAndLearnedFrom() throws Exception {
        Path csv = directory.resolve("readings.csv");
        List<String> lines = new ArrayList<>(List.of("temp (°C),b,3rd,kind"));
        for (int i = 0; i < 240; i++) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%.3f,%.3f,%s,%s",
                    random.nextDouble(),
                    random.nextDouble(),
                    i == 7 ? "" : "0.25",
                    i % 2 == 0 ? "idle" : "under load"));
        }
        Files.write(csv, lines);
        String servers = "--bootstrap-servers=" + broker.bootstrapServers();
        String at = "--schema-registry=" + registry.url();
        CliIT.Outcome replayed =
                run("replay", servers, at, "--data=" + csv, "--topic=pump", "--label-column=kind", "--format=avro");
        assertThat(replayed.out()).as(replayed.err()).isEqualTo("240 records sent to topic pump\n");
        assertThat(registry.asked()).containsExactly("POST /subjects/pump-value/versions");
        ConsumerRecord<byte[], byte[]> first =
                CommittedRecords.of(kafka, "pump").get(0);
        assertThat(ByteBuffer.wrap(first.value()).getInt(1)).isEqualTo(1);
        assertThat(first.value())
                .startsWith(0, 0, 0, 0, 1)
                .endsWith("idle".getBytes())
                .hasSize(5 + 24 + 5);
        assertThat(HeaderName.text(first.headers(), HeaderName.DTYPE)).isEqualTo("avro");

        CliIT.Outcome trained = run(
                "train",
                servers,
                at,
                "--topic=pump",
                "--model=mine",
                "--input-format=avro",
                "--label-field=label",
                "--port=0",
                "--state-dir=" + directory.resolve("mine"),
                "--until-caught-up");
        assertThat(trained.code()).as(trained.err()).isZero();
        assertThat(trained.out()).isEqualTo("model mine has been published at step 29, after 232 images\n");
        assertThat(run("dead-letters", servers, "--model=mine", "--last=1").out())
                .contains("topic dead-letters.mine has 1 record\n        1  field _Nrd is NaN\n");
        assertThat(ModelTopic.read(kafka, "mine").architecture().inputs()).isEqualTo(3);
        CliIT.Outcome watched = run("watch", servers, at, "--model=mine", "--images=1", "--rate=100");
        assertThat(watched.code()).as(watched.err()).isZero();
        assertThat(watched.out()).contains("input     value  reconstruction", "0.250000");
        CliIT.Outcome judged = run("evaluate", servers, at, "--model=mine", "--topic=pump", "--last=50");
        assertThat(judged.code()).as(judged.err()).isZero();
        assertThat(run("watch", servers, "--model=mine", "--images=1").err())
                .contains("give its --schema-registry URL");

        CliIT.Outcome refused = run("replay", servers, "--data=" + csv, "--topic=pump", "--columns=b", "--format=avro");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("--format avro and --schema-registry URL go together: give both or neither");
    }
}
