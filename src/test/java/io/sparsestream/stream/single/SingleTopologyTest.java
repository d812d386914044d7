package io.sparsestream.stream.single;

import static io.sparsestream.message.HeaderName.utf8;
import static io.sparsestream.stream.TaskHarness.headers;
import static io.sparsestream.stream.TaskHarness.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparsestream.learn.DivergedException;
import io.sparsestream.learn.FakeLearner;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.StepResult;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.Json;
import io.sparsestream.message.ReconstructionFormat;
import io.sparsestream.message.Unit;
import io.sparsestream.model.Checkpoint;
import io.sparsestream.model.ModelException;
import io.sparsestream.stream.Keep;
import io.sparsestream.stream.OnGap;
import io.sparsestream.stream.TaskHarness;
import io.sparsestream.stream.TaskHarness.Stored;
import io.sparsestream.stream.TaskSettings;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.support.Await;
import io.sparsestream.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One model that learns from one partition. */
class SingleTopologyTest {
    private static final Topics TOPICS = new Topics("fake");
    private static final TopicPartition SOURCE = TaskHarness.images();
    private static final int BATCH = new FakeLearner().hyperparameters().batch();
    private static final Duration MAX_BATCH_WAIT = Duration.ofSeconds(1);

    private final List<Long> skipped = new ArrayList<>();
    private final TaskHarness task = new TaskHarness(TOPICS, this::topology);
    private TrainingListener listener = new TrainingListener() {
        @Override
        public void onSkip(long offsets) {
            skipped.add(offsets);
        }
    };
    private OnGap onGap = OnGap.FAIL;
    private StepQueue.Factory steps = StepQueue.inline();
    private FakeLearner learner; // of the newest task

    private Topology topology(Stored stored) {
        return SingleTopology.of(
                settings(),
                steps,
                this::newLearner,
                task.log(),
                task.flow(),
                listener,
                stored.restored(Topics.CHECKPOINT_STORE));
    }

    private TaskSettings settings() {
        return new TaskSettings(
                TOPICS,
                Topics.IMAGES,
                Duration.ofSeconds(5),
                new Keep(2, 4),
                MAX_BATCH_WAIT,
                InputFormat.AUTO,
                ReconstructionFormat.UINT8,
                Optional.empty(),
                onGap);
    }

    private Learner newLearner() {
        learner = new FakeLearner();
        return learner;
    }

    @BeforeEach
    void start() {
        task.start();
    }

    @AfterEach
    void stop() {
        task.close();
    }

    @Test
    void descriptionIsThatOfTheGoldenFile() throws IOException {
        String golden = Files.readString(Path.of("src/test/resources/topology.txt"));
        assertThat(SingleTopology.of(settings(), steps, FakeLearner::new, task.log(), task.flow(), listener)
                        .describe()
                        .toString())
                .isEqualTo(golden);
    }

    @Nested
    class Batches {
        @Test
        void aFullBatchIsTrainedAndEveryImageReconstructed() {
            pipe("a", 1);
            pipe("b", 2);
            assertThat(reconstructions()).isEmpty();
            pipe("c", 3);

            assertThat(learner.state().step()).isEqualTo(1);
            List<TestRecord<byte[], byte[]>> out = reconstructions();
            assertThat(out).extracting(record -> text(record.key())).containsExactly("a", "b", "c");
            TestRecord<byte[], byte[]> second = out.get(1);
            assertThat(second.value()).containsExactly(2, 2, 2, 2);
            Map<String, String> headers = headers(second);
            assertThat(headers.remove("image-timestamp")).as("its own time").matches("\\d{13}");
            assertThat(headers)
                    .isEqualTo(Map.of(
                            "label", "7",
                            "shape", "2x2",
                            "dtype", "uint8",
                            "model", "fake",
                            "step", "0",
                            "mse", "0.25",
                            "source", "images-0@1"));
        }

        @Test
        void theListenerSeesTheBatchWithItsLabels() {
            task.close();
            List<String> seen = new ArrayList<>();
            listener = new TrainingListener() {
                @Override
                public void onStep(StepResult result, Learner trained, long nanos) {
                    MiniBatch batch = result.batch();
                    for (int i = 0; i < batch.size(); i++) {
                        seen.add(Math.round(batch.images()[i * FakeLearner.PIXELS] * 255) + " is " + batch.labels()[i]);
                    }
                }
            };
            task.start();
            for (String label : List.of("7", "a ρ", "255")) {
                RecordHeaders headers = new RecordHeaders();
                headers.add(HeaderName.LABEL, HeaderName.utf8(label));
                task.handOver(Topics.IMAGES, new TestRecord<>(null, new byte[] {5, 5, 5, 5}, headers));
            }
            for (int i = 0; i < 3; i++) {
                task.handOver(Topics.IMAGES, new TestRecord<>(null, new byte[] {6, 6, 6, 6}));
            }

            assertThat(seen).containsExactly("5 is 7", "5 is a ρ", "5 is 255", "6 is ", "6 is ", "6 is ");
        }

        @Test
        void activationsComeWithTheFirstStepAndEveryTenth() throws IOException {
            pipe(33);
            List<TestRecord<byte[], byte[]>> out = task.read(TOPICS.activations());
            assertThat(out).hasSize(2);
            JsonNode json = new ObjectMapper().readTree(out.get(1).value());
            assertThat(text(out.get(1).key())).isEqualTo("fake");
            assertThat(json.get("step").asLong()).isEqualTo(10);
            assertThat(json.get("images").asLong()).isEqualTo(33);
            assertThat(json.at("/loss/total").asDouble()).isEqualTo(0.5);
            assertThat(json.at("/layers/h_e_1/units").size()).isEqualTo(2);
        }

        @Test
        void pendingImagesAreReconstructedWhenNothingMoreComesAndTrainedOnceLater() {
            pipe("a", 1);
            pipe("b", 2);
            task.advance(Duration.ofMillis(1100));

            assertThat(reconstructions())
                    .extracting(record -> text(record.key()))
                    .containsExactly("a", "b");
            assertThat(learner.state().step()).isZero();

            task.advance(Duration.ofSeconds(3));
            assertThat(reconstructions()).isEmpty();

            pipe("c", 3);
            assertThat(reconstructions())
                    .extracting(record -> text(record.key()))
                    .containsExactly("c");
            assertThat(learner.state().images()).isEqualTo(3);
        }

        @Test
        void imagesOfThePastTheFutureAndOfNoTimeKeepTheirOwnTimeAndAreWrittenNow() {
            List<Long> times = List.of(0L, 86_400_000L, Long.MAX_VALUE / 2);
            for (int i = 0; i < 3; i++) {
                task.handOver(
                        Topics.IMAGES,
                        new TestRecord<>(
                                utf8("image " + i), new byte[] {1, 2, 3, 4}, Instant.ofEpochMilli(times.get(i))));
            }
            task.handOver(
                    Topics.IMAGES, new TestRecord<>(utf8("bad"), new byte[1], Instant.ofEpochMilli(times.get(2))));

            long now = System.currentTimeMillis();
            List<TestRecord<byte[], byte[]>> out = reconstructions();
            out.addAll(task.read(TOPICS.deadLetters()));
            assertThat(out)
                    .hasSize(4)
                    .allSatisfy(record -> assertThat(record.timestamp()).isBetween(now - 60_000, now + 60_000));
            assertThat(out)
                    .extracting(record -> headers(record).get("image-timestamp"))
                    .containsExactly("0", "86400000", "4611686018427387903", "4611686018427387903");
        }
    }

    @Nested
    class DeadLetters {
        @Test
        void whatIsNoImageIsADeadLetterByteForByteAndNeverTrained() {
            RecordHeaders wrongShape = new RecordHeaders();
            wrongShape.add(HeaderName.SHAPE, HeaderName.utf8("3x3"));
            wrongShape.add("custom", new byte[] {0, 1, 2});
            RecordHeaders wrongType = new RecordHeaders();
            wrongType.add(HeaderName.DTYPE, HeaderName.utf8("int16"));
            pipe("a", 1);
            task.handOver(Topics.IMAGES, new TestRecord<>(utf8("short"), new byte[] {9, 8}));
            task.handOver(Topics.IMAGES, new TestRecord<>(null, new byte[] {1, 2, 3, 4}, wrongShape));
            task.handOver(Topics.IMAGES, new TestRecord<>(utf8("type"), new byte[] {1, 2, 3, 4}, wrongType));
            task.handOver(Topics.IMAGES, new TestRecord<>(utf8("null"), null));
            pipe("b", 2);
            pipe("c", 3);

            List<TestRecord<byte[], byte[]>> dead = task.read(TOPICS.deadLetters());
            assertThat(dead)
                    .extracting(record -> headers(record).get("reason"))
                    .containsExactly(
                            "value of 2 bytes, not 4",
                            "shape '3x3' is not of 4 numbers",
                            "dtype is 'int16', not uint8, float32, float64, json or csv",
                            "no value");
            assertThat(dead.get(0).key()).isEqualTo(utf8("short"));
            assertThat(dead.get(0).value()).containsExactly(9, 8);
            assertThat(dead.get(1).key()).isNull();
            assertThat(dead.get(1).headers().lastHeader("custom").value()).containsExactly(0, 1, 2);
            assertThat(headers(dead.get(1)))
                    .containsEntry("source-topic", "images")
                    .containsEntry("source-partition", "0")
                    .containsEntry("source-offset", "2");
            assertThat(dead.get(3).value()).isNull();
            assertThat(learner.state().images()).isEqualTo(3);
            assertThat(reconstructions()).hasSize(3);
        }

        @Test
        void aDeadLetterIsWrittenOnceAlsoWhereTheBrokerHasForgottenTheOffset() {
            pipe(4);
            TestRecord<byte[], byte[]> bad = new TestRecord<>(utf8("bad"), new byte[] {9});
            task.pipe(bad);
            pipe(1);
            assertThat(task.read(TOPICS.deadLetters())).hasSize(1);
            Stored checkpoint = task.closeAndKeep();
            task.log().clearCommitted();
            task.start(checkpoint);
            task.handOverAgain();
            pipe(1);

            assertThat(task.read(TOPICS.deadLetters())).isEmpty();
            assertThat(reconstructions())
                    .extracting(record -> text(record.key()))
                    .containsExactly("image 3", "image 5", "image 6");
            assertThat(learner.state().images()).isEqualTo(6);
        }
    }

    @Nested
    class Checkpoints {
        @Test
        void checkpointsAtIntervalsAndWhenIdleAndPublishesTheParameters() {
            pipe(3);
            assertThat(publishedSteps()).containsExactly(0L);
            task.advance(Duration.ofSeconds(6));
            assertThat(publishedSteps()).containsExactly(1L);
            task.advance(Duration.ofSeconds(60));
            assertThat(publishedSteps()).isEmpty();
        }

        /** Of ten, with two kept, and every fourth for good. */
        @Test
        void theNewestCheckpointsAndEveryFourthAreKeptAndNothingElseIsStored() throws IOException {
            for (int i = 0; i < 9; i++) {
                pipe(3);
                task.advance(Duration.ofSeconds(6));
            }
            List<Long> kept = new ArrayList<>();
            new ObjectMapper()
                    .readTree(stored().get(Checkpoint.MANIFEST))
                    .at("/steering/kept")
                    .forEach(each -> kept.add(each.get("step").asLong()));
            // Numbers 4, 8, 9 and 10; number 1 is that of step 0.
            assertThat(kept).containsExactly(3L, 7L, 8L, 9L);
            assertThat(stored().keySet().stream()
                            .filter(key -> key.contains("/"))
                            .map(key -> key.substring(0, key.indexOf('/')))
                            .distinct())
                    .containsExactlyInAnyOrder("4", "8", "9", "10");
            assertThat(stored().keySet().stream().filter(key -> !key.contains("/")))
                    .containsExactlyInAnyOrder("emitted", "manifest");
        }

        /** Its arrays had no number before their key, and its manifest knew only the hyperparameters with which the model learned. */
        @Test
        void aCheckpointFromBeforeHyperparametersCouldChangeIsRead() throws IOException {
            pipe(1);
            Map<String, byte[]> checkpoint = stored();
            ObjectNode manifest = (ObjectNode) new ObjectMapper().readTree(checkpoint.get(Checkpoint.MANIFEST));
            manifest.remove("steering");
            Map<String, byte[]> old = new TreeMap<>();
            manifest.get("tensors").forEach(tensor -> {
                String name = tensor.get("name").asText();
                old.put(name, checkpoint.get("1/" + name));
            });
            old.put(Checkpoint.MANIFEST, new ObjectMapper().writeValueAsBytes(manifest));
            task.close();

            task.log().commit(SOURCE, 1);
            task.start(new Stored(Map.of(Topics.CHECKPOINT_STORE, old)));
            assertThat(learner.state().step()).isZero();
            pipe(3);
            task.advance(Duration.ofSeconds(6));
            assertThat(stored().keySet()).contains("1/w_e_1", "manifest").doesNotContain("w_e_1");
        }

        @Test
        void aDamagedCheckpointIsRefused() {
            pipe(3);
            Stored checkpoint = task.stored();
            checkpoint.of(Topics.CHECKPOINT_STORE).get("1/w_e_1")[3] ^= 1;
            task.close();
            task.log().commit(SOURCE, 3);

            assertThatThrownBy(() -> task.start(checkpoint))
                    .isInstanceOf(StreamsException.class)
                    .hasRootCauseInstanceOf(ModelException.class)
                    .rootCause()
                    .hasMessageContaining("w_e_1 is missing, incomplete or does not match its checksum");
        }

        @Test
        void weightsThatAreNotFiniteAreNeverStoredNorPublished() {
            pipe(3);
            publishedSteps();
            learner.state().parameter("w_e_1")[0] = Float.NaN;

            assertThatThrownBy(() -> task.advance(Duration.ofSeconds(6)))
                    .rootCause()
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("w_e_1 of model fake is not finite any more at step 1")
                    .hasMessageContaining("lower the learning rate");
            assertThat(publishedSteps()).isEmpty();
        }
    }

    @Nested
    class Restarts {
        @Test
        void aRestartTrainsTheGapAgainWithoutEmittingAndLosesNothing() {
            pipe(3); // step 0, in the checkpoint
            task.advance(Duration.ofSeconds(6));
            pipe(5); // step 1, and two pending
            assertThat(reconstructions()).hasSize(6);
            float[] before = learner.state().parameter("w_e_1").clone();
            Stored checkpoint = task.closeAndKeep();

            task.log().commit(SOURCE, 8);
            task.start(checkpoint);

            assertThat(learner.state().step()).isEqualTo(2);
            assertThat(learner.state().parameter("w_e_1")).isEqualTo(before);
            assertThat(reconstructions()).isEmpty();
            task.advance(Duration.ofMillis(1100));
            assertThat(reconstructions())
                    .extracting(record -> text(record.key()))
                    .containsExactly("image 6", "image 7");
        }

        @Test
        void imagesThatWereReconstructedWhilePendingAreNotEmittedAgainAfterARestart() {
            pipe(5);
            task.advance(Duration.ofMillis(1100));
            assertThat(reconstructions()).hasSize(5);
            Stored checkpoint = task.closeAndKeep();

            task.log().commit(SOURCE, 5);
            task.start(checkpoint);
            task.advance(Duration.ofSeconds(2));

            assertThat(reconstructions()).isEmpty();
            assertThat(learner.state().step()).isEqualTo(1);
        }

        @Test
        void aGapThatRetentionHasDeletedIsAnError() {
            Stored checkpoint = checkpointOfOneStepAndFiveMoreImages();
            task.log().startAt(5);

            assertThatThrownBy(() -> task.start(checkpoint))
                    .rootCause()
                    .isInstanceOf(ModelException.class)
                    .hasMessageStartingWith("offsets 3 to 5 of images-0")
                    .hasMessageContaining("have been deleted by retention")
                    .hasMessageEndingWith("--on-gap=continue");
        }

        @Test
        void aGapThatRetentionHasDeletedIsPassedOverAndCountedIfTold() {
            Stored checkpoint = checkpointOfOneStepAndFiveMoreImages();
            task.log().startAt(5);
            onGap = OnGap.CONTINUE;

            task.start(checkpoint);

            assertThat(skipped).containsExactly(2L);
            task.advance(Duration.ofMillis(200));
            assertThat(reconstructions())
                    .extracting(record -> text(record.key()))
                    .containsExactly("image 6", "image 7");
            assertThat(learner.state().images())
                    .as("3 in the checkpoint, 3 of the gap")
                    .isEqualTo(6);
        }

        /** Those of the gap had been emitted; the incomplete mini-batch had not. */
        @Test
        void aGroupWhoseOffsetTheBrokerHasForgottenGoesOnWhereItWas() {
            Stored checkpoint = checkpointOfOneStepAndFiveMoreImages();
            task.log().clearCommitted();

            task.start(checkpoint);

            assertThat(learner.state().images()).isEqualTo(6);
            assertThat(task.flow().asked()).contains("seek images-0 6");
            task.handOverAgain();
            pipe(1);
            assertThat(reconstructions())
                    .extracting(record -> text(record.key()))
                    .containsExactly("image 6", "image 7", "image 8");
            assertThat(learner.state().images()).isEqualTo(9);
        }
    }

    @Nested
    class AnotherLog {
        @Test
        void underTheSameNameIsRefused() {
            Stored checkpoint = checkpointOfOneStepAndFiveMoreImages();
            task.log().recreate(Topics.IMAGES);

            assertThatThrownBy(() -> task.start(checkpoint))
                    .rootCause()
                    .isInstanceOf(ModelException.class)
                    .hasMessageStartingWith("topic images was deleted and created again: model fake has read the one")
                    .hasMessageContaining("the id id of images, this one is id of images again")
                    .hasMessageEndingWith("--on-gap=continue");
        }

        @Test
        void isLearnedFromItsFirstImageOnIfToldAndCountedOnce() {
            Stored checkpoint = checkpointOfOneStepAndFiveMoreImages();
            task.log().recreate(Topics.IMAGES);
            onGap = OnGap.CONTINUE;
            task.start(checkpoint);
            assertThat(skipped).containsExactly(5L);
            assertThat(task.flow().asked()).contains("seek images-0 0");

            task.advance(Duration.ofMillis(200)); // a checkpoint at once
            Stored next = task.closeAndKeep();
            task.log().commit(SOURCE, 0);
            task.start(next);
            assertThat(skipped).as("not counted again").containsExactly(5L);

            pipe(3);
            assertThat(reconstructions())
                    .extracting(record -> text(record.key()))
                    .containsExactly("image 0", "image 1", "image 2");
            assertThat(learner.state().images()).isEqualTo(6);
        }

        @Test
        void thatEndsBeforeWhatWasReadIsRefusedOrGoneOnWith() {
            Stored checkpoint = checkpointOfOneStepAndFiveMoreImages();
            task.log().endAt(7);
            assertThatThrownBy(() -> task.start(checkpoint))
                    .rootCause()
                    .hasMessageStartingWith("images-0 ends at offset 7, but model fake has read it up to offset 8");

            onGap = OnGap.CONTINUE;
            task.start(checkpoint);
            assertThat(skipped).containsExactly(1L);
            assertThat(task.flow().asked()).contains("seek images-0 7");
        }

        @ParameterizedTest
        @ValueSource(strings = {"hole", "value", "label", "key"})
        void withOtherImagesInTheGapIsRefusedOrCounted(String difference) {
            Stored checkpoint = checkpointOfOneStepAndFiveMoreImages();
            TestRecord<byte[], byte[]> was = task.log().records(SOURCE).get(4);
            RecordHeaders other = new RecordHeaders();
            other.add(HeaderName.LABEL, utf8("8"));
            task.log()
                    .records(SOURCE)
                    .set(
                            4,
                            switch (difference) {
                                case "hole" -> null;
                                case "value" -> new TestRecord<>(was.key(), new byte[] {4, 4, 4, 5}, was.headers());
                                case "label" -> new TestRecord<>(was.key(), was.value(), other);
                                default -> new TestRecord<>(utf8("other"), was.value(), was.headers());
                            });
            assertThatThrownBy(() -> task.start(checkpoint))
                    .rootCause()
                    .isInstanceOf(ModelException.class)
                    .hasMessageStartingWith("the images of images-0 from offset 3 to 6 are not those")
                    .hasMessageContaining(difference.equals("hole") ? "expected 3 with checksum" : "found 3 with")
                    .hasMessageEndingWith("--on-gap=continue");

            onGap = OnGap.CONTINUE;
            task.start(checkpoint);
            assertThat(skipped).containsExactly(1L);
            task.advance(Duration.ofMillis(200));
            Stored next = task.closeAndKeep();
            task.start(next);
            assertThat(skipped).as("not counted again").containsExactly(1L);
        }

        @Test
        void ofControlRecordsIsHeardFromItsBeginning() {
            pipe(4);
            Stored checkpoint = task.closeAndKeep();
            task.log().recreate(Topics.CONTROL);
            task.log().commit(SOURCE, 4);
            task.start(checkpoint);
            assertThat(task.flow().asked()).contains("seek control-0 0");
        }
    }

    @Nested
    class Units {
        @Test
        void comeWithACheckpointByLayerAndNumberWithTheStrongestImageFirst() {
            pipe("dark", 0);
            pipe("a", 30);
            pipe("b", 200);
            pipe("c", 30);
            task.pipe(new TestRecord<>(null, new byte[] {50, 0, 0, 0}));
            pipe("d", 10);
            pipe("pending", 250);
            task.read(TOPICS.units());
            task.advance(Duration.ofSeconds(6));

            List<TestRecord<byte[], byte[]>> out = task.read(TOPICS.units());
            assertThat(TaskHarness.keys(out)).containsExactly("h_e_1/0", "h_e_1/1");
            Unit first = Json.read(out.get(0).value(), Unit.class);
            assertThat(first.model()).isEqualTo("fake");
            assertThat(first.replica()).isNull();
            assertThat(first.layer()).isEqualTo("h_e_1");
            assertThat(first.unit()).isZero();
            assertThat(first.step()).isEqualTo(2);
            assertThat(first.images()).isEqualTo(6);
            assertThat(first.top())
                    .containsExactly(
                            new Unit.Top(200 / 255f, "b", "7", "images-0@2"),
                            new Unit.Top(50 / 255f, "", "", "images-0@4"),
                            new Unit.Top(30 / 255f, "a", "7", "images-0@1"),
                            new Unit.Top(30 / 255f, "c", "7", "images-0@3"),
                            new Unit.Top(10 / 255f, "d", "7", "images-0@5"));
        }

        /** There is a checkpoint behind the fifth image, and so of the first three. */
        @ParameterizedTest
        @ValueSource(ints = {1, 3, 4, 5, 6, 8, 11, 29})
        void areThoseOfAnUndisturbedRunAfterARestart(int killedAfter) {
            List<String> undisturbed = run(0);
            task.close();
            task.log().clear();
            task.start();
            assertThat(run(killedAfter)).isEqualTo(undisturbed).hasSize(2);
        }

        private List<String> run(int killedAfter) {
            for (int image = 1; image <= 30; image++) {
                pipe("image " + image, (image * 37 + 180) % 256); // the first two are among the strongest
                if (image == 5) {
                    task.advance(Duration.ofSeconds(6));
                }
                if (image == killedAfter) {
                    task.restart(image);
                }
            }
            task.read(TOPICS.units());
            task.advance(Duration.ofSeconds(6));
            return task.read(TOPICS.units()).stream()
                    .map(record -> text(record.value()))
                    .toList();
        }

        @Test
        void goBackWithTheModel() {
            pipe("a", 1);
            pipe("b", 2);
            pipe("c", 3);
            task.advance(Duration.ofSeconds(6));
            pipe("d", 4);
            pipe("e", 5);
            pipe("f", 6);
            task.advance(Duration.ofSeconds(6));
            assertThat(newestKeys()).containsExactly("f", "e", "d", "c", "b", "a");
            task.tell("fake", "{\"command\": \"rollback\", \"step\": 1}");
            assertThat(newestKeys()).containsExactly("c", "b", "a");
            task.tell("fake", "{\"command\": \"reset\"}");
            assertThat(newestKeys()).isEmpty();
        }

        /** A version that did not keep them has stored the model, whose next manifest names them before its next step. */
        @Test
        void areStoredWhereAnEarlierVersionHasNone() throws IOException {
            pipe(3);
            task.advance(Duration.ofSeconds(6));
            Stored earlier = task.closeAndKeep();
            forgetTop(earlier.of(Topics.CHECKPOINT_STORE));
            task.log().commit(SOURCE, 3);
            task.start(earlier);
            task.tell("fake", "{\"command\": \"pause\"}");

            task.start(task.closeAndKeep());
            assertThat(learner.state().step()).isEqualTo(1);
        }

        private static void forgetTop(Map<String, byte[]> store) throws IOException {
            store.keySet().removeIf(key -> key.endsWith("/top"));
            ObjectMapper json = new ObjectMapper();
            for (String key : List.copyOf(store.keySet())) {
                if (key.endsWith(Checkpoint.MANIFEST)) {
                    ObjectNode manifest = (ObjectNode) json.readTree(store.get(key));
                    ((ArrayNode) manifest.get("tensors"))
                            .removeIf(tensor -> tensor.get("name").asText().equals("top"));
                    store.put(key, json.writeValueAsBytes(manifest));
                }
            }
        }

        /** Its offsets are those of other images. */
        @Test
        void knowNothingOfALogBefore() {
            Stored checkpoint = checkpointOfOneStepAndFiveMoreImages();
            task.log().recreate(Topics.IMAGES);
            onGap = OnGap.CONTINUE;
            task.start(checkpoint);
            pipe(3);
            task.advance(Duration.ofSeconds(6));
            assertThat(newestKeys()).containsExactly("image 2", "image 1");
        }

        @Test
        void keysAreCutWhereTheyAreLongButNotWithinACharacter() {
            String ring = "\uD83D\uDC8D";
            pipe("x".repeat(100), 1);
            pipe("x".repeat(101), 2);
            pipe("x".repeat(99) + ring, 3);
            task.advance(Duration.ofSeconds(6));
            assertThat(newestKeys()).containsExactly("x".repeat(99) + "…", "x".repeat(100) + "…", "x".repeat(100));
        }

        /** Of the images that have activated the first unit most. */
        private List<String> newestKeys() {
            List<TestRecord<byte[], byte[]>> out = task.read(TOPICS.units());
            assertThat(text(out.get(out.size() - 2).key())).isEqualTo("h_e_1/0");
            return Json.read(out.get(out.size() - 2).value(), Unit.class).top().stream()
                    .map(Unit.Top::key)
                    .toList();
        }
    }

    @Nested
    class StepThread {
        /** With a thread of its own for training the outcome is the same, record for record. */
        @Test
        void stepsMadeByAnotherThreadGiveTheSameRecords() throws InterruptedException {
            List<List<String>> outcomes = new ArrayList<>();
            for (StepQueue.Factory each : List.of(StepQueue.inline(), StepQueue.threaded(3))) {
                task.close();
                steps = each;
                task.start();
                List<TestRecord<byte[], byte[]>> out = new ArrayList<>();
                for (int i = 0; i < 60; i++) {
                    task.handOver(
                            Topics.IMAGES,
                            new TestRecord<>(utf8("image " + i), new byte[] {(byte) i, 1, 2, 3}, Instant.EPOCH));
                    out.addAll(reconstructions());
                }
                out.addAll(reconstructions(60 - out.size()));
                outcomes.add(out.stream()
                        .map(record -> text(record.key()) + Arrays.toString(record.value()) + headers(record))
                        .toList());
            }
            assertThat(outcomes.get(1)).isEqualTo(outcomes.get(0));
        }

        /** The offsets of all eight images are committed while the first step is still being made. */
        @Test
        void aRestartEmitsWhatWasUnderWay() throws InterruptedException {
            CountDownLatch gate = new CountDownLatch(1);
            TrainingListener quick = listener;
            startWithSteps(2, gate);
            pipe(8);
            assertThat(reconstructions()).isEmpty();
            Stored checkpoint = task.stored();
            task.log().commit(SOURCE, 8);
            gate.countDown();
            Await.until("both steps", () -> learner.state().step() == 2);
            task.close();
            float[] undisturbed = learner.state().parameter("w_e_1").clone();

            listener = quick;
            task.start(checkpoint);
            assertThat(learner.state().step())
                    .as("nothing was emitted, so nothing is trained again")
                    .isZero();
            List<TestRecord<byte[], byte[]>> out = reconstructions(8);

            assertThat(out)
                    .extracting(record -> text(record.key()))
                    .containsExactly(
                            "image 0", "image 1", "image 2", "image 3", "image 4", "image 5", "image 6", "image 7");
            assertThat(learner.state().step()).isEqualTo(2);
            assertThat(learner.state().parameter("w_e_1")).isEqualTo(undisturbed);
        }

        /** Else a task of slow steps would give its partition up only after all that are queued, whose results are lost. */
        @Test
        void aTaskThatIsClosedWaitsOnlyForTheStepThatIsBeingMade() throws InterruptedException {
            CountDownLatch gate = new CountDownLatch(1);
            startWithSteps(5, gate);
            pipe(5 * BATCH);
            Await.until("the first step", () -> learner.state().step() == 1);
            Thread closing = new Thread(task::close);
            closing.start();
            Await.until("it to wait", () -> closing.getState() == Thread.State.TIMED_WAITING);
            gate.countDown();
            closing.join();
            assertThat(learner.state().step()).isEqualTo(1);
        }

        /** More images than may wait, behind a restart: 64 batches of more than 64 images can be as many. */
        @Test
        void aRestartThatLeavesMoreThanMayWaitGoesOnByItself() throws InterruptedException {
            CountDownLatch gate = new CountDownLatch(1);
            TrainingListener quick = listener;
            int count = WaitingImages.MOST + 300;
            startWithSteps(1500, gate);
            pipe(count);
            Stored checkpoint = task.stored();
            task.log().commit(SOURCE, count);
            gate.countDown();
            task.close();

            listener = quick;
            task.start(checkpoint);
            assertThat(task.flow().fetching())
                    .as("while more than may wait are there")
                    .isEqualTo("paused images-0");
            assertThat(reconstructions(count)).hasSize(count);
            assertThat(task.flow().fetching()).isEqualTo("resumed images-0");
            assertThat(learner.state().step()).isEqualTo(count / 3);
        }

        /** As with group.protocol=streams, where Kafka Streams has a consumer of its own. */
        @Test
        void aRestartThatLeavesMoreThanMayWaitGoesOnWhereFetchingCannotBeStopped() throws InterruptedException {
            pipe(1);
            task.flow().setCanPause(false);
            Stored checkpoint = task.closeAndKeep();
            int count = WaitingImages.MOST + 300;
            for (int i = 1; i < count; i++) {
                task.log().add(SOURCE, new TestRecord<>(utf8("image " + i), new byte[] {1, 2, 3, 4}));
            }
            task.log().commit(SOURCE, count);
            task.start(checkpoint);
            assertThat(reconstructions(count)).hasSize(count);
        }

        @Test
        void aStepThatFailsOnAnotherThreadStopsTheTask() {
            task.close();
            listener = new TrainingListener() {
                @Override
                public void onStep(StepResult result, Learner trained, long nanos) {
                    throw new DivergedException(result.step(), result.losses(), "the learning rate");
                }
            };
            steps = StepQueue.threaded(2);
            task.start();
            assertThatThrownBy(() -> {
                        pipe(100);
                    })
                    .rootCause()
                    .isInstanceOf(DivergedException.class);
        }
    }

    @Nested
    class Steering {
        @Test
        void aChangeTakesEffectBetweenTwoStepsAndIsAcknowledgedThere() throws IOException {
            pipe(5);
            task.read(TOPICS.activations());
            task.tell("fake", "{\"command\": \"set\", \"hyperparameters\": {\"alpha\": 5e-1, \"rho\": \"0.1\"}}");

            assertThat(learner.hyperparameters().alpha()).isEqualTo(0.5);
            assertThat(learner.hyperparameters().rho()).isEqualTo(0.1);
            JsonNode json = answer();
            assertThat(json.get("event").asText()).isEqualTo("control");
            assertThat(json.get("model").asText()).isEqualTo("fake");
            assertThat(json.get("step").asLong()).isEqualTo(1);
            assertThat(json.get("images").asLong()).isEqualTo(3);
            assertThat(json.get("refused").isNull()).isTrue();
            assertThat(json.at("/control/command").asText()).isEqualTo("set");
            assertThat(json.at("/hyperparameters/alpha").asDouble()).isEqualTo(0.5);
            assertThat(json.get("source").asText()).isEqualTo("control-0@0");

            float before = learner.state().parameter("w_e_1")[0];
            pipe("the sixth", 1);
            assertThat(learner.state().parameter("w_e_1")[0])
                    .as("the images that were pending, too, are trained on by the new value")
                    .isGreaterThan(3 * 0.5f * 0.8f)
                    .isNotEqualTo(before);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                nullValues = "null",
                value = {
                    "null | no value",
                    "beta=1 | not JSON",
                    "[] | no command: choose from [set, pause, resume, rollback, reset]",
                    "{\"command\": \"sett\"} | unknown command \"sett\": choose from [set, pause, resume, rollback, reset]",
                    "{\"command\": \"set\"} | set needs hyperparameters",
                    "{\"command\": \"set\", \"step\": 3} | set takes no step",
                    "{\"command\": \"pause\", \"step\": 3} | pause takes no step",
                    "{\"command\": \"rollback\"} | step must be a whole number, not",
                    "{\"command\": \"rollback\", \"step\": 1.5} | step must be a whole number, not 1.5",
                    "{\"command\": \"rollback\", \"step\": 7} | no checkpoint of step 7 is kept, but those of [0]",
                    "{\"command\": \"reset\", \"seed\": \"x\"} | seed must be a whole number, not \"x\"",
                    "{\"command\": \"set\", \"hyperparameters\": {\"gamma\": 1}} | unknown hyperparameter 'gamma'",
                    "{\"command\": \"set\", \"hyperparameters\": {\"beta\": -1}} | beta must be zero or a positive number",
                    "{\"command\": \"set\", \"hyperparameters\": {\"beta\": \"much\"}} | beta must be a number",
                    "{\"command\": \"set\", \"hyperparameters\": {\"beta\": {}}} | beta cannot be {}",
                    "{\"command\": \"set\", \"hyperparameters\": {\"beta\": null}} | beta cannot be null",
                    "{\"command\": \"set\", \"hyperparameters\": {\"batch\": 10}} | batch cannot change while a model learns",
                    "{\"command\": \"set\", \"hyperparameters\": {\"alpha\": 1, \"rho\": 2}} | rho must be between 0 and 1",
                })
        void whatCannotBeDoneIsRefusedWithAReasonAndHasNoEffect(String json, String reason) throws IOException {
            pipe(4);
            task.read(TOPICS.activations());
            publishedSteps();
            Hyperparameters before = learner.hyperparameters();

            task.tell("fake", json);

            assertThat(answer().get("refused").asText()).startsWith(reason);
            assertThat(learner.hyperparameters()).isEqualTo(before);
            assertThat(publishedSteps()).isEmpty();
        }

        @Test
        void whatIsSaidToOthersIsNotHeard() {
            task.tell("other", "{\"command\": \"set\", \"hyperparameters\": {\"alpha\": 0.5}}");
            task.tell(null, "{\"command\": \"set\", \"hyperparameters\": {\"alpha\": 0.5}}");

            assertThat(task.read(TOPICS.activations())).isEmpty();
            assertThat(learner.hyperparameters().alpha()).isZero();
        }

        /** The gap behind the checkpoint that comes with the change is trained on by the new value, as it was the first time. */
        @Test
        void aRestartAfterAChangeLeadsToTheSameWeights() {
            pipe(5);
            task.tell("fake", "{\"command\": \"set\", \"hyperparameters\": {\"alpha\": 0.5}}");
            pipe(5);
            float[] before = learner.state().parameter("w_e_1").clone();
            task.restart(10);

            assertThat(learner.hyperparameters().alpha()).isEqualTo(0.5);
            assertThat(learner.state().step()).isEqualTo(3);
            assertThat(learner.state().parameter("w_e_1")).isEqualTo(before);
        }

        @Test
        void aChangeBeforeTheFirstImageIsKeptToo() throws IOException {
            task.tell("fake", "{\"command\": \"set\", \"hyperparameters\": {\"alpha\": 0.5}}");
            assertThat(answer().get("step").asLong()).isZero();
            Stored checkpoint = task.closeAndKeep();

            task.start(checkpoint);
            assertThat(learner.hyperparameters().alpha()).isEqualTo(0.5);
            pipe(4);
            task.restart(4);
            assertThat(learner.state().step()).isEqualTo(1);
            assertThat(learner.hyperparameters().alpha()).isEqualTo(0.5);
        }

        @Test
        void aRollbackGoesBackToAKeptCheckpointAndOnWithTheNextImages() throws IOException {
            pipe(3);
            task.tell(
                    "fake", "{\"command\": \"set\", \"hyperparameters\": {\"alpha\": 0.5}}"); // a checkpoint of step 1
            float[] first = learner.state().parameter("w_e_1").clone();
            pipe(3);
            task.tell("fake", "{\"command\": \"set\", \"hyperparameters\": {\"alpha\": 0.25}}"); // and one of step 2
            pipe(4);
            reconstructions();
            task.read(TOPICS.activations());

            task.tell("fake", "{\"command\": \"rollback\", \"step\": 1}");

            assertThat(answer().get("step").asLong()).isEqualTo(1);
            assertThat(learner.state().parameter("w_e_1")).isEqualTo(first);
            assertThat(learner.state().images()).isEqualTo(3);
            assertThat(learner.hyperparameters().alpha()).isEqualTo(0.5);
            assertThat(reconstructions()).isEmpty();
            task.restart(10);
            assertThat(learner.state().parameter("w_e_1")).isEqualTo(first);
            pipe(2);
            assertThat(reconstructions())
                    .extracting(record -> text(record.key()))
                    .containsExactly("image 9", "image 10", "image 11");
            assertThat(learner.state().step()).isEqualTo(2);
        }

        @Test
        void aResetForgetsEverythingButTheHyperparameters() throws IOException {
            float[] fresh = learner.state().parameter("w_e_1").clone();
            pipe(4);
            task.tell("fake", "{\"command\": \"set\", \"hyperparameters\": {\"alpha\": 0.5}}");
            task.tell("fake", "{\"command\": \"reset\"}");

            assertThat(learner.state().step()).isZero();
            assertThat(learner.state().images()).isZero();
            assertThat(learner.state().parameter("w_e_1")).isEqualTo(fresh);
            assertThat(learner.hyperparameters().alpha()).isEqualTo(0.5);
            task.tell("fake", "{\"command\": \"reset\", \"seed\": 77}");
            assertThat(learner.state().parameter("w_e_1")).isNotEqualTo(fresh);
            float[] other = learner.state().parameter("w_e_1").clone();
            task.restart(4);
            assertThat(learner.state().parameter("w_e_1")).isEqualTo(other);
            assertThat(learner.hyperparameters().seed()).isEqualTo(77);
        }
    }

    @Nested
    class Pauses {
        @Test
        void aPausedModelLeavesTheImagesAloneAndTakesThemAllWhenItIsResumed() throws IOException {
            pipe(4);
            reconstructions();
            task.tell("fake", "{\"command\": \"pause\"}");
            pipe(5);
            task.advance(Duration.ofSeconds(9));

            assertThat(task.flow().fetching()).isEqualTo("paused images-0");
            assertThat(reconstructions()).isEmpty();
            assertThat(learner.state().step()).isEqualTo(1);

            task.tell("fake", "{\"command\": \"set\", \"hyperparameters\": {\"alpha\": 0.5}}");
            assertThat(reconstructions()).as("it stays paused").isEmpty();
            task.tell("fake", "{\"command\": \"resume\"}");
            assertThat(task.flow().fetching()).isEqualTo("resumed images-0");
            assertThat(reconstructions())
                    .extracting(record -> text(record.key()))
                    .hasSize(6)
                    .startsWith("image 3");
            assertThat(learner.state().step()).isEqualTo(3);
        }

        @Test
        void aPauseOutlivesARestartAndTheModelIsThatOfNoPause() {
            pipe(12);
            float[] undisturbed = learner.state().parameter("w_e_1").clone();
            task.close();
            task.log().clear();
            task.start();

            pipe(4);
            task.tell("fake", "{\"command\": \"pause\"}");
            pipe(5);
            task.restart(9);
            assertThat(task.flow().fetching()).isEqualTo("paused images-0");
            assertThat(learner.state().step()).isEqualTo(1);
            pipe(1);
            assertThat(reconstructions()).isEmpty();
            task.tell("fake", "{\"command\": \"resume\"}");
            assertThat(learner.state().step()).isEqualTo(3);
            assertThat(reconstructions())
                    .hasSize(6)
                    .extracting(record -> text(record.key()))
                    .startsWith("image 3");
            pipe(1);
            task.restart(11);
            assertThat(task.flow().fetching()).isEqualTo("resumed images-0");
            pipe(1);
            assertThat(reconstructions()).hasSize(3);
            assertThat(learner.state().parameter("w_e_1")).isEqualTo(undisturbed);
        }
    }

    /** Step 0 in the checkpoint, images 3 to 7 behind it; the task is closed. */
    private Stored checkpointOfOneStepAndFiveMoreImages() {
        pipe(3);
        task.advance(Duration.ofSeconds(6));
        pipe(5);
        Stored checkpoint = task.closeAndKeep();
        task.log().commit(SOURCE, 8);
        return checkpoint;
    }

    /** A task of which no step is finished before the latch is open. */
    private void startWithSteps(int mostAhead, CountDownLatch gate) {
        task.close();
        listener = new TrainingListener() {
            @Override
            public void onStep(StepResult result, Learner trained, long nanos) {
                try {
                    gate.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
        steps = StepQueue.threaded(mostAhead);
        task.start();
    }

    private JsonNode answer() throws IOException {
        List<TestRecord<byte[], byte[]>> answers = task.read(TOPICS.activations());
        assertThat(answers).hasSize(1);
        assertThat(text(answers.get(0).key())).isEqualTo("fake");
        return new ObjectMapper().readTree(answers.get(0).value());
    }

    private void pipe(int images) {
        for (int i = 0; i < images; i++) {
            int next = task.log().records(SOURCE).size();
            pipe("image " + next, next);
        }
    }

    private void pipe(String key, int grey) {
        RecordHeaders headers = new RecordHeaders();
        headers.add(HeaderName.LABEL, utf8("7"));
        byte pixel = (byte) grey;
        task.pipe(new TestRecord<>(utf8(key), new byte[] {pixel, pixel, pixel, pixel}, headers));
    }

    private List<TestRecord<byte[], byte[]>> reconstructions() {
        return task.read(TOPICS.reconstructions());
    }

    /**
     * So many more: those of full batches, which the thread that trains may still be making, then those of pending images,
     * whose time has come.
     */
    private List<TestRecord<byte[], byte[]>> reconstructions(int count) throws InterruptedException {
        List<TestRecord<byte[], byte[]>> out = new ArrayList<>();
        int full = count / BATCH * BATCH;
        Await.until(full + " reconstructions", Duration.ofSeconds(20), () -> {
            task.advance(Duration.ofMillis(10));
            out.addAll(reconstructions());
            return out.size() >= full;
        });
        if (out.size() < count) {
            task.advance(MAX_BATCH_WAIT.plusMillis(100));
            out.addAll(reconstructions());
        }
        return out;
    }

    private List<Long> publishedSteps() {
        return task.read(TOPICS.parameters()).stream()
                .filter(record -> text(record.key()).equals(Checkpoint.MANIFEST))
                .map(record -> Json.tree(record.value()).get("step").asLong())
                .toList();
    }

    private Map<String, byte[]> stored() {
        return task.stored().of(Topics.CHECKPOINT_STORE);
    }
}
