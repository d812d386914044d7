package io.sparsestream.stream.single;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.learn.ScaledLearner;
import io.sparsestream.learn.StepResult;
import io.sparsestream.message.HeaderName;
import io.sparsestream.message.PublishedModel;
import io.sparsestream.model.LearnedModel;
import io.sparsestream.model.ModelFile;
import io.sparsestream.model.ModelFormat;
import io.sparsestream.stream.TaskHarness;
import io.sparsestream.stream.TaskHarness.Stored;
import io.sparsestream.topic.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A task whose model starts from a file, of each kind of layers. */
class WarmStartOfKindsTest {
    private static final Topics TOPICS = new Topics("warm");
    private static final int BATCH = 60;
    private static final int STEPS = 70; // AuxK begins after 50

    @TempDir
    private Path directory;

    private static List<byte[]> digits;

    private final List<TaskHarness> tasks = new ArrayList<>();
    private Learner learner;

    @BeforeAll
    static void read() throws IOException {
        digits = Dataset.read(Path.of("data/mnist"), Split.TEST).images();
    }

    @AfterEach
    void stop() {
        tasks.forEach(TaskHarness::close);
    }

    /** From the file once, and after a kill from its own checkpoint; a dictionary trains silent units by AuxK. */
    @ParameterizedTest
    @CsvSource({
        "relu, sigmoid, SAFETENSORS",
        "topk:5, sigmoid, NPZ",
        "batchtopk:5, sigmoid, ONNX",
        "jumprelu, sigmoid, SAFETENSORS",
        "batchtopk:2, linear, SAFETENSORS",
        "topk:2, linear, NPZ"
    })
    void goesOnWithTheParametersOfTheFile(String activation, String output, ModelFormat format) throws IOException {
        Hyperparameters before = Hyperparameters.PLAIN.with(
                Map.of("activation", activation, "output", output, "learning-rate", "0.002"));
        Path path = directory.resolve("model." + format);
        LearnedModel.of(Architecture.of(784, 40, 784), before, digits, "CC0").write(path, format);
        PublishedModel file = ModelFile.read(path).model();
        Hyperparameters chosen = before.with(Map.of("seed", "77", "learning-rate", "0.001"));
        TaskHarness task = start(file, chosen);

        assertThat(learner.state().step()).isZero();
        file.parameters()
                .forEach((name, values) ->
                        assertThat(learner.state().parameter(name)).as(name).isEqualTo(values));
        learner.state().values().forEach((name, values) -> {
            if (name.startsWith("m.") || name.startsWith("v.")) {
                assertThat(values).as(name).containsOnly(0);
            }
        });
        int checkpoint = 55 * BATCH + 10;
        int kill = 57 * BATCH;
        pipe(task, 0, checkpoint);
        task.advance(Duration.ofSeconds(6));
        pipe(task, checkpoint, kill);
        task.restart(kill);
        pipe(task, kill, STEPS * BATCH);

        Learner uninterrupted = ScaledLearner.of(file.bareLearner(chosen, new PortableProduct()));
        float[] firstReconstructions = file.learner(new PortableProduct())
                .reconstruct(LearnedModel.batch(uninterrupted, digits, 0))
                .reconstructions()
                .clone();
        for (int step = 0; step < STEPS; step++) {
            StepResult result = uninterrupted.train(LearnedModel.batch(uninterrupted, digits, step));
            if (step == 0) {
                assertThat(result.forward().reconstructions())
                        .as("those of the file's model")
                        .isEqualTo(firstReconstructions);
                assertThat(uninterrupted.state().parameter("b_d_1"))
                        .as("learned from the first step on, and not the mean image")
                        .isNotEqualTo(file.parameters().get("b_d_1"))
                        .isNotEqualTo(mean());
            }
        }
        assertThat(learner.state().step()).isEqualTo(STEPS);
        RealLearner.assertSameState(learner, uninterrupted);
        if (output.equals("linear")) {
            assertThat(DoubleStream.of(learner.state().averages().get("silent.h_e_1")))
                    .as("some have been trained by AuxK")
                    .anyMatch(steps -> steps > 50);
        }
    }

    /** Of the first mini-batch. */
    private float[] mean() {
        MiniBatch batch = LearnedModel.batch(learner, digits, 0);
        float[] mean = new float[784];
        for (int i = 0; i < BATCH * 784; i++) {
            mean[i % 784] += batch.images()[i];
        }
        for (int i = 0; i < 784; i++) {
            mean[i] /= BATCH;
        }
        return mean;
    }

    private TaskHarness start(PublishedModel file, Hyperparameters chosen) {
        TaskHarness[] task = new TaskHarness[1];
        task[0] = new TaskHarness(TOPICS, stored -> topology(file, chosen, task[0], stored));
        tasks.add(task[0]);
        task[0].start();
        return task[0];
    }

    private Topology topology(PublishedModel file, Hyperparameters chosen, TaskHarness task, Stored stored) {
        return RealLearner.topology(
                TOPICS,
                () -> learner = ScaledLearner.of(file.bareLearner(chosen, new PortableProduct())),
                task,
                stored);
    }

    private static void pipe(TaskHarness task, int from, int to) {
        for (int image = from; image < to; image++) {
            task.pipe(new TestRecord<>(HeaderName.utf8("image " + image), digits.get(image), new RecordHeaders()));
        }
    }
}
