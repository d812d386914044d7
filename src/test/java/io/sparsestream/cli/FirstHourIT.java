package io.sparsestream.cli;

import static io.sparsestream.cli.CliIT.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparsestream.broker.EmbeddedBroker;
import io.sparsestream.support.Await;
import io.sparsestream.support.SparsestreamProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody does first, one command after the other, on a broker with 6,030 images: half a mini-batch too many. */
class FirstHourIT {
    private static final String SMALL = "--layers=784-16-784";

    @TempDir
    static Path directory;

    private static EmbeddedBroker broker;
    private static String servers;

    @BeforeAll
    static void startBroker() throws IOException {
        broker = EmbeddedBroker.start(directory.resolve("broker"), 0);
        servers = "--bootstrap-servers=" + broker.bootstrapServers();
        assertThat(run("replay", servers, "--images=6030", "--topic=my.images").code())
                .isZero();
    }

    @AfterAll
    static void stopBroker() throws IOException {
        broker.close();
    }

    private static CliIT.Outcome train(String model, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "train",
                servers,
                "--model=" + model,
                "--port=0",
                "--state-dir=" + directory.resolve("state-" + model),
                SMALL));
        if (Stream.of(more).noneMatch(option -> option.startsWith("--topic"))) {
            arguments.add("--topic=my.images");
        }
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    private static CliIT.Outcome evaluate(String model, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "evaluate", servers, "--model=" + model, "--json", "--picture=" + directory.resolve(model + ".png")));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    private static long step(CliIT.Outcome evaluated) throws IOException {
        assertThat(evaluated.code()).as(evaluated.err()).isZero();
        return new ObjectMapper().readTree(evaluated.out()).get("step").asLong();
    }

    private static void assertRefused(CliIT.Outcome outcome, int code, String message) {
        assertThat(outcome.err().lines().filter(line -> line.startsWith("sparsestream: ")))
                .singleElement()
                .asString()
                .contains(message);
        assertThat(outcome.code()).isEqualTo(code);
    }

    @Test
    void trainEndsByItselfAndWhatItHasLearnedCanBeEvaluatedAtOnce() throws Exception {
        CliIT.Outcome trained = train("until", "--until-caught-up");
        assertThat(trained.code()).as(trained.err()).isZero();
        assertThat(trained.out()).isEqualTo("model until has been published at step 100, after 6,000 images\n");
        assertThat(step(evaluate("until"))).isEqualTo(100);

        assertThat(train("until", "--until-caught-up").out()).as("again").isEqualTo(trained.out());
        assertThat(train("until", "--steps=40").out()).as("made before").isEqualTo(trained.out());
        assertRefused(
                train("until", "--topic=others", "--until-caught-up"),
                2,
                "model until has learned from topic my.images, not from others");
        assertRefused(train("until", "--steps=40", "--until-caught-up"), 2, "cannot be given together");
    }

    /** It would otherwise wait for an end that never comes. */
    @Test
    void trainCatchesUpWithAStreamThatGoesOn() throws Exception {
        assertThat(run("replay", servers, "--images=600", "--topic=living").code())
                .isZero();
        SparsestreamProcess replay = SparsestreamProcess.start(
                directory.resolve("living.txt"), "replay", servers, "--forever", "--rate=300", "--topic=living");
        try {
            CliIT.Outcome trained =
                    train("living", "--topic=living", "--until-caught-up", "--batch=20", "--checkpoint-interval=0.5");
            assertThat(trained.code()).as(trained.err()).isZero();
            assertThat(step(evaluate("living"))).isGreaterThanOrEqualTo(30);
            assertThat(replay.isAlive()).isTrue();
        } finally {
            replay.terminate();
        }
    }

    @Test
    void trainEndsAfterItsStepsAndOthersWaitForThem() throws Exception {
        // A process of its own, since commands of this one share its output.
        SparsestreamProcess trained = SparsestreamProcess.start(
                directory.resolve("steps.txt"),
                "train",
                servers,
                "--model=steps",
                "--topic=my.images",
                "--state-dir=" + directory.resolve("steps"),
                SMALL,
                "--port=0",
                "--steps=70",
                "--checkpoint-interval=0.2");
        assertThat(step(evaluate("steps", "--wait-for-step=70"))).isGreaterThanOrEqualTo(70);
        Await.until("train --steps to end", () -> !trained.isAlive());
        assertThat(trained.lastLines(1).get(0)).startsWith("model steps has been published at step ");
        assertThat(step(evaluate("steps"))).isGreaterThanOrEqualTo(70);
        assertRefused(evaluate("steps", "--wait-for-step=1000", "--wait=1"), 1, "has not made 1,000 within 1 s");
        assertRefused(evaluate("nobody", "--wait=1"), 1, "no model 'nobody' has been published there");
        assertRefused(run("watch", servers, "--model=nobody", "--wait=1"), 2, "no topic reconstructions.nobody");
    }

    @Test
    void severalReplicasAreWaitedForAsWell() throws Exception {
        assertThat(run("replay", servers, "--images=3000", "--topic=two", "--partitions=2")
                        .code())
                .isZero();
        CliIT.Outcome trained = train("replicas", "--topic=two", "--sync-every=5", "--until-caught-up");
        assertThat(trained.code()).as(trained.err()).isZero();
        assertThat(step(evaluate("replicas")))
                .as("but for a rest in each partition")
                .isBetween(48L, 50L);
    }

    @Test
    void namesThatKafkaTakesForOneAnotherAreRefused() {
        assertThat(train("a.b", "--steps=1").code()).isZero();
        assertRefused(train("a_b", "--steps=1"), 2, "topic model.a_b cannot stand beside topic model.a.b");
        assertRefused(run("score", servers, "--model=a_b"), 2, "cannot stand beside");
        assertRefused(
                run("replay", servers, "--topic=my_images", "--images=60"),
                2,
                "topic my_images cannot stand beside topic my.images");
    }

    @Test
    void aModelForEachKeyTakesNoCommands() throws Exception {
        SparsestreamProcess trainer = SparsestreamProcess.start(
                directory.resolve("keyed.txt"),
                "train",
                servers,
                "--model=keyed",
                "--model-per-key=header:label",
                "--topic=my.images",
                "--port=0",
                "--checkpoint-interval=1",
                "--state-dir=" + directory.resolve("state-keyed"));
        try {
            assertThat(evaluate("keyed", "--key=3", "--wait=120").code()).isZero();
            assertRefused(run("pause", servers, "--model=keyed"), 1, "model for each key: those take no commands");
            assertRefused(
                    train("keyed", "--model-per-key=key"),
                    1,
                    "another sparsestream-keyed is running on state directory");
            assertRefused(
                    run(
                            "train",
                            servers,
                            "--model=keyed",
                            "--model-per-key=key",
                            "--topic=my.images",
                            "--state-dir=" + copied(directory.resolve("state-keyed"))),
                    1,
                    "is a copy of that of a trainer which is running");
        } finally {
            trainer.kill();
        }
    }

    /** Of what identifies a trainer. */
    private static Path copied(Path state) throws IOException {
        Path copy = Files.createDirectories(directory.resolve("copy"));
        try (Stream<Path> files = Files.list(state)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }
}
