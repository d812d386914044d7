package io.sparsestream.stream.single;

import static io.sparsestream.stream.TaskHarness.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MeasuredLearner;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.Json;
import io.sparsestream.stream.TaskHarness;
import io.sparsestream.stream.TaskHarness.Stored;
import io.sparsestream.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The measures of a model are as exact over restarts as the model is. */
class MeasuresTopologyTest {
    private static final Topics TOPICS = new Topics("digits");
    private static final int BATCH = 3;
    private static final int PIXELS = 6;
    private static final int IMAGES = 160;

    private final List<TaskHarness> tasks = new ArrayList<>();

    @AfterEach
    void stop() {
        tasks.forEach(TaskHarness::close);
    }

    /** @param activation of the hidden layer; with images that have a label each but for every fifth */
    private final class Run {
        private final String activation;
        private final TaskHarness task;
        private final List<String> activations = new ArrayList<>();
        private Learner learner;

        Run(String activation) {
            this.activation = activation;
            task = new TaskHarness(TOPICS, this::topology);
            tasks.add(task);
            task.start();
        }

        private Topology topology(Stored stored) {
            return RealLearner.topology(TOPICS, this::newLearner, task, stored);
        }

        private Learner newLearner() {
            Hyperparameters chosen = Hyperparameters.PLAIN.with(Map.of(
                    "batch", Integer.toString(BATCH), "averaging-window", "50", "activation", activation, "beta", "0"));
            learner = new MeasuredLearner(
                    new Autoencoder(Architecture.of(PIXELS, 12, PIXELS), chosen, new PortableProduct()),
                    new PortableProduct());
            return learner;
        }

        void pipe(int from, int to) {
            for (int image = from; image < to; image++) {
                byte[] greys = new byte[PIXELS];
                greys[image % 3] = (byte) (200 + image % 50);
                greys[3 + image % 2] = (byte) (image * 37);
                RecordHeaders headers = new RecordHeaders();
                if (image % 5 != 0) {
                    headers.add(HeaderName.LABEL, HeaderName.utf8(Integer.toString(image % 3)));
                }
                task.pipe(new TestRecord<>(HeaderName.utf8("image " + image), greys, headers));
            }
            read();
        }

        void read() {
            task.read(TOPICS.activations()).forEach(record -> activations.add(text(record.value())));
        }

        /** As after a kill; every checkpoint but the first comes with a minute gone. */
        void restart(int committed) {
            task.restart(committed);
        }
    }

    @ParameterizedTest
    @CsvSource({"sigmoid, 45, 100", "topk:3, 46, 101", "batchtopk:3, 47, 99", "relu, 3, 158"})
    void restartsChangeNoBitOfThem(String activation, int checkpoint, int kill) {
        Run undisturbed = new Run(activation);
        undisturbed.pipe(0, IMAGES);
        Run disturbed = new Run(activation);
        disturbed.pipe(0, checkpoint);
        disturbed.task.advance(Duration.ofSeconds(6)); // a checkpoint
        disturbed.pipe(checkpoint, kill);
        disturbed.restart(kill);
        disturbed.pipe(kill, IMAGES);

        assertThat(disturbed.activations).isEqualTo(undisturbed.activations);
        RealLearner.assertSameState(disturbed.learner, undisturbed.learner);
        JsonNode last = Json.tree(HeaderName.utf8(undisturbed.activations.get(undisturbed.activations.size() - 1)));
        assertThat(last.at("/measures/window").asInt()).isEqualTo(50);
        assertThat(last.at("/measures/images").asInt()).isEqualTo(50);
        assertThat(last.at("/measures/explainedVariance").isNumber()).isTrue();
        JsonNode layer = last.at("/measures/layers/h_e_1");
        assertThat(layer.get("density")).hasSize(12);
        assertThat(last.at("/layers/h_e_1/dead").asDouble())
                .isEqualTo(layer.get("dead").asInt() / 12.0);
        assertThat(layer.get("density"))
                .filteredOn(density -> density.asDouble() == 0)
                .hasSize(layer.get("dead").asInt());
        assertThat(layer.get("probeAccuracy").asDouble()).isBetween(0.3, 1.0);
    }

    /** A model that is set back is measured as it was then. */
    @Test
    void aRollbackSetsThemBack() {
        Run run = new Run("sigmoid");
        run.pipe(0, 30);
        run.task.tell(
                "digits", "{\"command\": \"set\", \"hyperparameters\": {\"alpha\": 0.001}}"); // a checkpoint of step 10
        String then = summary(run);
        run.pipe(30, 60);
        assertThat(summary(run)).isNotEqualTo(then);
        run.task.tell("digits", "{\"command\": \"rollback\", \"step\": 10}");
        assertThat(summary(run)).isEqualTo(then);
    }

    private static String summary(Run run) {
        return text(Json.write(run.learner.measures().orElseThrow().summary()));
    }
}
