package io.sparsestream.stream.single;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.learn.ScaledLearner;
import io.sparsestream.stream.TaskHarness;
import io.sparsestream.stream.TaskHarness.Stored;
import io.sparsestream.topic.Topics;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real models of every kind in a task that starts anew: thresholds, silence and revivals are those of a learner fed by hand. */
class KindsOnTopologyTest {
    private static final Topics TOPICS = new Topics("kind");
    private static final int BATCH = 2;
    private static final int PIXELS = 12;
    private static final int IMAGES = 1200; // 600 steps: units that are silent for long are revived twice

    private final TaskHarness task = new TaskHarness(TOPICS, this::topology);
    private Architecture architecture;
    private Hyperparameters hyperparameters;
    private Learner learner; // of the newest task

    private Topology topology(Stored stored) {
        return RealLearner.topology(TOPICS, () -> learner = learner(), task, stored);
    }

    private Learner learner() {
        return ScaledLearner.of(new Autoencoder(architecture, hyperparameters, new PortableProduct()));
    }

    @AfterEach
    void stop() {
        task.close();
    }

    /** Two restarts behind checkpoints of their own, the first one in a gap, and a change by a control record between them. */
    @ParameterizedTest
    @CsvSource({
        "12-40-9-40-12, topk:2/topk:2, sigmoid, 0",
        "12-40-9-40-12, batchtopk:2/batchtopk:2, sigmoid, 0",
        "12-40-9-40-12, jumprelu, sigmoid, 1e-2",
        "12-60-12, batchtopk:2, linear, 0",
        "12-60-12, jumprelu, linear, 1e-2",
    })
    void aTaskThatStartsAnewLearnsAsOneThatDoesNot(String layers, String activation, String output, String lambda) {
        architecture = Architecture.of(
                Arrays.stream(layers.split("-")).map(Integer::valueOf).toArray(Integer[]::new));
        hyperparameters = Hyperparameters.PLAIN.with(
                Map.of("batch", Integer.toString(BATCH), "activation", activation, "output", output, "lambda", lambda));
        Learner expected = learner();
        task.start();

        pipe(0, 400);
        task.advance(Duration.ofSeconds(6)); // a checkpoint
        pipe(400, 450);
        task.restart(450);
        pipe(450, 700);
        task.tell("kind", "{\"command\": \"set\", \"hyperparameters\": {\"learning-rate\": 0.004, \"lambda\": 0.02}}");
        pipe(700, 701);
        task.restart(701);
        pipe(701, IMAGES);

        feed(expected, 0, 700);
        expected.set(expected.hyperparameters().with(Map.of("learning-rate", "0.004", "lambda", "0.02")));
        feed(expected, 700, IMAGES);
        assertThat(learner.state().step()).isEqualTo(IMAGES / BATCH);
        RealLearner.assertSameState(learner, expected);
        assertThat(learner.state().unitsRevived())
                .isEqualTo(expected.state().unitsRevived())
                .matches(revived -> expected.hyperparameters().isDictionary(architecture) || revived > 0, "revived");
    }

    /** The same of models whose inputs are scaled, and that learn robustly: the first restart is while records are gathered. */
    @ParameterizedTest
    @ValueSource(strings = {"standard", "minmax"})
    void aScaleIsThatOfATaskThatHasNotStartedAnew(String scale) {
        architecture = Architecture.of(12, 5, 12);
        hyperparameters = Hyperparameters.preset("vectors")
                .with(Map.of("batch", Integer.toString(BATCH), "scale", scale, "scale-after", "300"));
        Learner expected = learner();
        task.start();

        pipe(0, 200);
        task.advance(Duration.ofSeconds(6)); // a checkpoint
        pipe(200, 250);
        task.restart(250);
        pipe(250, 500);
        task.advance(Duration.ofSeconds(6));
        pipe(500, 701);
        task.restart(701);
        pipe(701, IMAGES);

        feed(expected, 0, IMAGES);
        RealLearner.assertSameState(learner, expected);
        assertThat(expected.state().averages().get("inputs.count")).containsExactly(IMAGES);
    }

    private void pipe(int from, int to) {
        for (int i = from; i < to; i++) {
            task.pipe(new TestRecord<>(null, image(i)));
        }
    }

    private static void feed(Learner learner, int from, int to) {
        MiniBatch batch = learner.newBatch();
        for (int i = from; i < to; i++) {
            batch.add(image(i));
            if (batch.isFull()) {
                learner.train(batch);
                batch.clear();
            }
        }
    }

    private static byte[] image(int number) {
        byte[] image = new byte[PIXELS];
        new Random(number).nextBytes(image);
        return image;
    }
}
